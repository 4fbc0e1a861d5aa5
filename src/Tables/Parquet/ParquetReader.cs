using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>
/// Reads a Parquet file: its schema and statistics without its data, then all of it, some of its columns, or one row group after
/// another. Flat columns, fields of structs and lists of values are read; the format is that of parquet-format 2.10.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    private const long AlwaysAllowed = 64L << 20;

    private readonly ByteSource source;
    private readonly ParquetReadOptions options;
    private readonly FileMetadata file;
    private readonly List<SchemaLeaf> leaves;

    private ParquetReader(ByteSource source, ParquetReadOptions? options)
    {
        this.source = source;
        this.options = options ?? new ParquetReadOptions();
        try
        {
            file = FooterReader.Read(source);
            leaves = SchemaTree.Leaves(file.Schema);
            FooterReader.CheckRowGroups(file, leaves.Count, source.Name);
        }
        catch (CorruptDataException e)
        {
            source.Dispose();
            throw e.At(source.Name);
        }
        catch
        {
            source.Dispose();
            throw;
        }
        Schema = leaves.ConvertAll(leaf => leaf.Field);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in file.KeyValues)
        {
            metadata[key] = value ?? "";
        }
        Metadata = metadata;
        RowGroups = file.RowGroups.ConvertAll(group => new ParquetRowGroup(
            (int)group.RowCount,
            group.ByteSize,
            leaves.ConvertAll(leaf => StatisticsReader.Describe(leaf, group.Columns[leaf.Index]))
        ));
        RowCount = (int)file.RowGroups.Sum(group => group.RowCount);
    }

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<ParquetField> Schema { get; }

    /// <summary>How many rows the file has.</summary>
    public int RowCount { get; }

    /// <summary>Key-value strings kept in the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The row groups, in order, with their statistics.</summary>
    public IReadOnlyList<ParquetRowGroup> RowGroups { get; }

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="InputException">The file is not there, is not a Parquet file or is damaged.</exception>
    public static ParquetReader Open(string path, ParquetReadOptions? options = null) => new(ByteSource.OpenFile(path), options);

    /// <summary>Opens what a stream holds from its position on; a stream that is not in memory is read into memory.</summary>
    /// <exception cref="InputException">It is not a Parquet file or is damaged.</exception>
    public static ParquetReader Open(Stream stream, ParquetReadOptions? options = null) => new(ByteSource.Of(stream), options);

    internal static ParquetReader Open(ByteSource source, ParquetReadOptions? options = null) => new(source, options);

    /// <summary>Reads all rows.</summary>
    /// <param name="columns">The names of the columns to read, or null for all; they come in the file's order.</param>
    /// <param name="cancellation">Stops the reading between column chunks.</param>
    /// <exception cref="InputException">A column is not there or of a type that is not read, or the file is damaged.</exception>
    public Table Read(IReadOnlyCollection<string>? columns = null, CancellationToken cancellation = default) =>
        Read(0, file.RowGroups.Count, columns, cancellation);

    /// <summary>Reads the row groups one after another, so that a file of any size takes the memory of one.</summary>
    /// <param name="columns">The names of the columns to read, or null for all.</param>
    /// <param name="cancellation">Stops the reading between column chunks.</param>
    /// <exception cref="InputException">A column is not there or of a type that is not read, or the file is damaged.</exception>
    public IEnumerable<Table> ReadRowGroups(IReadOnlyCollection<string>? columns = null, CancellationToken cancellation = default)
    {
        for (var group = 0; group < file.RowGroups.Count; group++)
        {
            yield return Read(group, 1, columns, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    private Table Read(int first, int count, IReadOnlyCollection<string>? columns, CancellationToken cancellation)
    {
        var groups = file.RowGroups.GetRange(first, count);
        var selected = Select(columns);
        CheckMemory(selected, groups);
        var builders = new ColumnBuilder[selected.Count];
        for (var c = 0; c < selected.Count; c++)
        {
            CheckChunks(selected[c], groups);
            try
            {
                builders[c] = ColumnBuilders.For(selected[c], groups);
            }
            catch (CorruptDataException e)
            {
                throw e.At($"{source.Name}: column '{selected[c].Field.Name}'");
            }
        }
        var errors = new InputException?[selected.Count * groups.Count];
        var parallel = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
        };
        Parallel.For(
            0,
            errors.Length,
            parallel,
            (task, loop) =>
            {
                var builder = builders[task / groups.Count];
                var slot = task % groups.Count;
                try
                {
                    builder.Read(source, groups[slot].Columns[builder.Leaf.Index], slot);
                }
                catch (Exception e) when (e is InputException or CorruptDataException)
                {
                    var place = $"{source.Name}: column '{builder.Leaf.Field.Name}', row group {first + slot}";
                    errors[task] = e is CorruptDataException corrupt
                        ? corrupt.At(place)
                        : new InputException($"{place}, {e.Message}", e);
                    // Earlier tasks still run, so that which error is told does not depend on the threads.
                    loop.Break();
                }
            }
        );
        if (Array.Find(errors, error => error is not null) is { } failure)
        {
            throw failure;
        }
        return new Table(Array.ConvertAll(builders, builder => builder.Finish()), Metadata, source.Name);
    }

    private List<SchemaLeaf> Select(IReadOnlyCollection<string>? columns)
    {
        var selected = leaves;
        if (columns is not null)
        {
            selected = leaves.FindAll(leaf => columns.Contains(leaf.Field.Name));
            foreach (var name in columns)
            {
                if (!selected.Exists(leaf => leaf.Field.Name == name))
                {
                    throw new InputException(
                        $"{source.Name}: there is no column '{name}'; the columns are {string.Join(", ", leaves.Select(leaf => leaf.Field.Name))}"
                    );
                }
            }
        }
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var leaf in selected)
        {
            if (leaf.Field.Type is null)
            {
                throw new InputException(
                    $"{source.Name}: column '{leaf.Field.Name}' is nested too deeply or of a type that is not read; name the other columns to leave it out"
                );
            }
            if (!names.Add(leaf.Field.Name))
            {
                throw new InputException($"{source.Name}: two columns are named '{leaf.Field.Name}'; rename one of them");
            }
        }
        return selected;
    }

    private void CheckChunks(SchemaLeaf leaf, List<RowGroupMetadata> groups)
    {
        foreach (var group in groups)
        {
            var chunk = group.Columns[leaf.Index];
            var place = $"{source.Name}: column '{leaf.Field.Name}'";
            if (chunk.IsEncrypted)
            {
                throw new InputException($"{place} is encrypted; write the file without encryption");
            }
            if (!string.IsNullOrEmpty(chunk.FilePath))
            {
                throw new InputException($"{place} lies in another file, {chunk.FilePath}; read that one");
            }
            if (!PageCodec.CanRead(chunk.Codec))
            {
                throw new InputException($"{place} {PageCodec.WhyNot(chunk.Codec)}");
            }
        }
    }

    private void CheckMemory(List<SchemaLeaf> selected, List<RowGroupMetadata> groups)
    {
        var limit = AlwaysAllowed + (Int128)source.Length * options.MaximumExpansion;
        Int128 needed = 0;
        foreach (var leaf in selected)
        {
            Int128 entries = 0;
            foreach (var group in groups)
            {
                entries += group.Columns[leaf.Index].ValueCount;
            }
            if (entries > Array.MaxLength)
            {
                throw new InputException(
                    $"{source.Name}: column '{leaf.Field.Name}' has {entries} values, more than one array holds; read it row group by row group"
                );
            }
            needed += entries * SizeOf(leaf);
        }
        if (needed > limit)
        {
            throw new InputException(
                $"{source.Name}: {needed} bytes of memory are announced by a file of {source.Length}; it is damaged, or {nameof(ParquetReadOptions.MaximumExpansion)} has to be raised"
            );
        }
    }

    /// <summary>Bytes of memory an entry takes, its offset or flag included.</summary>
    private static int SizeOf(SchemaLeaf leaf) =>
        leaf.Field.Type is ColumnType.Decimal ? Unsafe.SizeOf<decimal>() + 1 : sizeof(long) + sizeof(int);
}
