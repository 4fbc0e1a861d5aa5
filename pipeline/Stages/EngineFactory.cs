using System.Reflection;
using System.Runtime.Loader;
using CranePipeline.CommandLine;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Makes the engine of a device. The TorchSharp engine is found by name at run time, so that the default build knows nothing of it.</summary>
internal static class EngineFactory
{
    private const string TorchAssembly = "CranePipeline.Tensors.Torch";
    private const string TorchEngine = "CranePipeline.Tensors.Torch.TorchEngine";

    /// <summary>Opens an engine.</summary>
    /// <exception cref="InputException">This build or this machine does not have the device.</exception>
    public static IEngine Create(DeviceKind device, int threads) =>
        device switch
        {
            DeviceKind.Cpu => new CpuEngine(threads),
            DeviceKind.Cuda => Torch("cuda", "cuda-linux", threads),
            _ => Torch("torch-cpu", "cpu", threads),
        };

    private static IEngine Torch(string device, string property, int threads)
    {
        Type? engine;
        try
        {
            engine = LoadTorch().GetType(TorchEngine, throwOnError: true);
        }
        catch (FileNotFoundException problem)
        {
            throw new InputException(
                $"device '{device}' needs the TorchSharp engine, which this build does not have: start it with ./run.ps1 -Device {device}, or build with -p:Torch={property}",
                problem
            );
        }

        TextWriter output = Console.Out;
        try
        {
            // A library that cannot be loaded writes its whole search to standard output, which is for results.
            Console.SetOut(TextWriter.Null);
            return (IEngine)Activator.CreateInstance(engine!, device, threads)!;
        }
        catch (TargetInvocationException problem)
        {
            Exception cause = problem.GetBaseException();
            throw new InputException($"device '{device}' cannot be used: {FirstSentence(cause.Message)}", cause);
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    // A program finds by name only what it was built with; what was put beside a published one later is found by its path.
    private static Assembly LoadTorch()
    {
        string beside = Path.Combine(AppContext.BaseDirectory, TorchAssembly + ".dll");
        try
        {
            return Assembly.Load(new AssemblyName(TorchAssembly));
        }
        catch (FileNotFoundException) when (File.Exists(beside))
        {
            AssemblyLoadContext.Default.Resolving += static (context, name) =>
                Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var path && File.Exists(path)
                    ? context.LoadFromAssemblyPath(path)
                    : null;
            return AssemblyLoadContext.Default.LoadFromAssemblyPath(beside);
        }
    }

    private static string FirstSentence(string message)
    {
        string line = message.Split('\n', 2)[0].TrimEnd();
        int end = line.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? line : line[..(end + 1)];
    }
}
