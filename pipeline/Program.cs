using CranePipeline;
using CranePipeline.Operations;

try
{
    return PipelineHost.Run(args);
}
catch (Exception problem)
{
    // Whoever tells of errors could not: the runtime has too few files to load what that takes, or files of the program are missing.
    Console.Error.WriteLine($"error: {ErrorReport.CannotStart(problem)}");
    return ExitCodes.BadInput;
}
