using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using ParquetSharp;
using ParquetSharp.Arrow;

namespace CranePipeline.Tables;

/// <summary>Where the record batches of a foreign table come from.</summary>
internal abstract class ForeignSource : IDisposable
{
    // Vectors of some thousand values are tens of megabytes a batch; plain columns are cheap, but each batch costs its own.
    private const int BatchRows = 1 << 16;
    private const int ListBatchRows = 1 << 11;
    private const int BeginningBytes = 8;

    public abstract Schema Schema { get; }

    public abstract long? RowCount { get; }

    /// <summary>Starts from the first row.</summary>
    public abstract IDisposable Begin(string[] columns);

    /// <summary>The next batch, or null after the last.</summary>
    public abstract RecordBatch? Next();

    public abstract void Dispose();

    /// <summary>Whether a file's first bytes are those of a table, of kinds that are not read among them.</summary>
    public static bool BeginsSo(string path) =>
        KindOf(Beginning(path, stackalloc byte[BeginningBytes])) is not (Kind.Empty or Kind.Other);

    public static ForeignSource Open(string path, string name) =>
        KindOf(Beginning(path, stackalloc byte[BeginningBytes])) switch
        {
            Kind.Parquet => new ParquetSource(path),
            Kind.ArrowFile => new ArrowSource(path, isStream: false),
            Kind.ArrowStream => new ArrowSource(path, isStream: true),
            Kind.Empty => throw new InputException($"{name}: the file is empty; write the table again"),
            Kind.EncryptedParquet => throw new InputException(
                $"{name} is encrypted Parquet, which is not read; write it in clear"
            ),
            Kind.OldFeather => throw new InputException(
                $"{name} is Feather of version 1, which is not read; write it as version 2 or Parquet"
            ),
            _ => throw new InputException(
                $"{name} is neither Parquet nor Feather by its first bytes; name a table in one of these formats"
            ),
        };

    private static Span<byte> Beginning(string path, Span<byte> start)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{path} cannot be read: {error.Message.TrimEnd('.')}; check the path and its permissions",
                error
            );
        }
    }

    private static Kind KindOf(ReadOnlySpan<byte> start) =>
        start switch
        {
            [] => Kind.Empty,
            _ when start.StartsWith("PAR1"u8) => Kind.Parquet,
            _ when start.StartsWith("PARE"u8) => Kind.EncryptedParquet,
            _ when start.StartsWith("ARROW1"u8) => Kind.ArrowFile,
            _ when start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]) => Kind.ArrowStream,
            _ when start.StartsWith("FEA1"u8) => Kind.OldFeather,
            _ => Kind.Other,
        };

    private enum Kind
    {
        Empty,
        Parquet,
        EncryptedParquet,
        ArrowFile,
        ArrowStream,
        OldFeather,
        Other,
    }

    /// <summary>Parquet by Arrow's C++ reader.</summary>
    private sealed class ParquetSource : ForeignSource
    {
        private const int LargestText = 64 << 20;
        private const int MostEntries = 1_000_000;

        private readonly string path;
        private readonly ReaderProperties properties = ReaderProperties.GetDefaultReaderProperties();
        private readonly FileReader reader;
        private IArrowArrayStream? stream;

        public ParquetSource(string path)
        {
            this.path = path;
            // What a footer may claim, before anything is allocated for it.
            properties.SetThriftStringSizeLimit(LargestText);
            properties.SetThriftContainerSizeLimit(MostEntries);
            reader = Open(BatchRows);
            try
            {
                Schema = reader.Schema;
                RowCount = reader.ParquetReader.FileMetaData.NumRows;
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public override Schema Schema { get; }

        public override long? RowCount { get; }

        public override IDisposable Begin(string[] columns)
        {
            bool hasLists = columns.Any(name => Leaf(reader.SchemaManifest.SchemaFields, name, string.Empty)!.Children.Count > 0);
            FileReader own = Open(hasLists ? ListBatchRows : BatchRows);
            try
            {
                int[] leaves =
                [
                    .. columns.SelectMany(name => Leaves(Leaf(own.SchemaManifest.SchemaFields, name, string.Empty)!)).Distinct(),
                ];
                stream = own.GetRecordBatchReader(null, leaves);
                return own;
            }
            catch
            {
                own.Dispose();
                throw;
            }
        }

        public override RecordBatch? Next() => stream!.ReadNextRecordBatchAsync().AsTask().GetAwaiter().GetResult();

        public override void Dispose()
        {
            stream?.Dispose();
            reader?.Dispose();
            properties.Dispose();
        }

        private FileReader Open(int batchRows)
        {
            using ArrowReaderProperties arrow = ArrowReaderProperties.GetDefault();
            arrow.BatchSize = batchRows;
            // Row groups of any size are read page by page, rather than whole before the first batch.
            arrow.PreBuffer = false;
            arrow.UseThreads = false;
            return new FileReader(path, properties, arrow);
        }

        private static SchemaField? Leaf(IReadOnlyList<SchemaField> fields, string name, string prefix)
        {
            foreach (SchemaField field in fields)
            {
                string own = prefix + field.Field.Name;
                SchemaField? found = field.Field.DataType is StructType ? Leaf(field.Children, name, own + ".") : null;
                if (found is not null || (own == name && field.Field.DataType is not StructType))
                {
                    return found ?? field;
                }
            }

            return null;
        }

        private static IEnumerable<int> Leaves(SchemaField field) =>
            field.Children.Count == 0 ? [field.ColumnIndex] : field.Children.SelectMany(Leaves);
    }

    /// <summary>Feather (version 2) and Arrow streams, managed.</summary>
    private sealed class ArrowSource : ForeignSource
    {
        private readonly string path;
        private readonly bool isStream;
        private ArrowStreamReader? reader;

        public ArrowSource(string path, bool isStream)
        {
            (this.path, this.isStream) = (path, isStream);
            using ArrowStreamReader first = Open();
            Schema = first.Schema;
        }

        public override Schema Schema { get; }

        public override long? RowCount => null;

        public override IDisposable Begin(string[] columns)
        {
            reader?.Dispose();
            return reader = Open();
        }

        public override RecordBatch? Next() => reader!.ReadNextRecordBatch();

        public override void Dispose() => reader?.Dispose();

        private ArrowStreamReader Open()
        {
            var file = new LengthGuard(File.OpenRead(path));
            try
            {
                var memory = new BoundedAllocator(file.Length);
                return isStream
                    ? new ArrowStreamReader(file, memory, new CompressionCodecFactory(), leaveOpen: false)
                    : new ArrowFileReader(file, memory, new CompressionCodecFactory(), leaveOpen: false);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
    }
}
