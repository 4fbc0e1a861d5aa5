using System.Globalization;
using System.Text;

namespace CranePipeline.Operations;

/// <summary>
/// Standard output and error as a batch job needs them: a full disk or a closed descriptor behind them loses lines, never work. Control
/// characters in what is written are shown and not sent.
/// </summary>
internal sealed class StandardStreams
{
    private readonly EnduringStream output;

    private StandardStreams(EnduringStream output, EnduringStream error)
    {
        this.output = output;
        Output = new PrintableWriter(Writer(output));
        Error = Writer(error);
        Console.SetOut(Output);
        Console.SetError(Error);
    }

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error, which the display may send terminal sequences to.</summary>
    public TextWriter Error { get; }

    /// <summary>Why something written to standard output is lost, or null.</summary>
    public string? OutputLost => output.Problem;

    /// <summary>Puts these in place of the console's own.</summary>
    public static StandardStreams Guard() =>
        new(
            new EnduringStream(IsOpen(1) ? Console.OpenStandardOutput() : Stream.Null),
            new EnduringStream(IsOpen(2) ? Console.OpenStandardError() : Stream.Null)
        );

    private static StreamWriter Writer(Stream stream) =>
        new(stream, OperatingSystem.IsWindows() ? Console.OutputEncoding : new UTF8Encoding(false)) { AutoFlush = true };

    /// <summary>
    /// Whether the descriptor is the one the process was started with. Where it was closed (<c>1&gt;&amp;-</c>) the runtime's first
    /// file has its number, and a line written to it would go into that file. The runtime's own are closed on exec, inherited ones
    /// cannot be.
    /// </summary>
    private static bool IsOpen(int descriptor)
    {
        const int CloseOnExec = 0x80000; // O_CLOEXEC, octal 02000000
        try
        {
            string? flags = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}"))
                .FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is null || (Convert.ToInt32(flags[6..].Trim(), 8) & CloseOnExec) == 0;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            // Not Linux, or nothing at all behind the number, which the console's own stream is content with.
            return true;
        }
    }

    /// <summary>A stream that stops at the first write that fails and passes over the rest.</summary>
    private sealed class EnduringStream(Stream inner) : Stream
    {
        public string? Problem { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => Try(inner.Flush);

        public override void Write(byte[] buffer, int offset, int count) => Try(() => inner.Write(buffer, offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            byte[] copy = buffer.ToArray();
            Try(() => inner.Write(copy));
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private void Try(Action write)
        {
            if (Problem is not null)
            {
                return;
            }

            try
            {
                write();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                Problem = problem.Message.ReplaceLineEndings(" ");
            }
        }
    }
}
