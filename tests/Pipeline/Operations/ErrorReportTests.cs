using CranePipeline.CommandLine;
using CranePipeline.Operations;
using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Operations;

public sealed class ErrorReportTests
{
    private static readonly object[] Cases =
    [
        new object[] { new InputException("bad"), 1, "bad" },
        new object[] { new UsageException("wrong"), 2, "wrong" },
        new object[] { new WaitTimeoutException("late"), 75, "late" },
        new object[] { new OperationCanceledException(), 143, "interrupted" },
        new object[] { new AggregateException(new InputException("inner")), 1, "inner" },
        new object[] { new IOException("no space\nleft."), 1, "no space left" },
        new object[] { new UnauthorizedAccessException("denied."), 1, "denied" },
        new object[] { new IOException("x", 24), 1, "ulimit -n" },
        new object[] { new TypeInitializationException("T", new IOException("x", 24)), 1, "ulimit -n" },
        new object[] { new InvalidDataException("odd"), 70, "internal error: InvalidDataException: odd" },
        new object[] { new KeyNotFoundException("k"), 70, "internal error" },
    ];

    [TestCaseSource(nameof(Cases))]
    public void Every_exception_is_one_line_and_a_code(Exception problem, int code, string message)
    {
        ErrorReport report = ErrorReport.Of(problem, stopCode: 143);

        Assert.That(report.ExitCode, Is.EqualTo(code));
        Assert.That(report.Message, Does.Contain(message).And.Not.Contain("\n").And.Not.EndWith("."));
        Assert.That(report.IsForeseen, Is.EqualTo(code != 70));
    }

    [Test]
    public void The_details_have_the_trace_and_go_to_the_first_folder_that_takes_them()
    {
        string folder = Directory.CreateTempSubdirectory("crane-errors-").FullName;
        try
        {
            string file = Path.Combine(folder, "file");
            File.WriteAllText(file, "");
            string path = ErrorDetails.Write(new KeyNotFoundException("k"), ["-Stage", "all"], null, file, folder)!;

            Assert.That(Path.GetDirectoryName(path), Is.EqualTo(folder));
            Assert.That(File.ReadAllText(path), Does.Contain("KeyNotFoundException: k").And.Contain("-Stage all"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
