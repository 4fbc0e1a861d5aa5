using System.Buffers.Text;
using System.Text;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Mmrec;

/// <summary>One pass over an <c>.inter</c> file: who and what is in it.</summary>
internal sealed record MmrecScan(int Users, int Items, int HighestItem, long Interactions, bool Labelled)
{
    private const int HighestId = 1 << 28;

    /// <summary>Reads the file.</summary>
    public static MmrecScan Read(string path, string name, CancellationToken cancellation)
    {
        using Stream stream = RawFile.Open(path, name, out _);
        var chunks = new ChunkReader(stream, name);
        (int User, int Item, bool Labelled)? columns = null;
        var users = new IdSet();
        var items = new IdSet();
        long rows = 0;
        while (chunks.Next() is { } chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            using (chunk)
            {
                ReadOnlySpan<byte> text = chunk.Bytes;
                for (long number = chunk.FirstLine; !text.IsEmpty; number++)
                {
                    int end = text.IndexOf((byte)'\n');
                    ReadOnlySpan<byte> line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
                    text = end < 0 ? [] : text[(end + 1)..];
                    if (line.IsEmpty)
                    {
                        continue;
                    }

                    if (columns is not { } known)
                    {
                        columns = Header(line, name);
                        continue;
                    }

                    users.Add(Id(line, known.User, name, number));
                    items.Add(Id(line, known.Item, name, number));
                    rows++;
                }
            }
        }

        return rows > 0
            ? new MmrecScan(users.Count, items.Count, items.Highest, rows, columns!.Value.Labelled)
            : throw new InputException($"{path} holds no interactions.");
    }

    private static (int User, int Item, bool Labelled) Header(ReadOnlySpan<byte> line, string name)
    {
        // RecBole, where the format comes from, adds a type to each name: user_id:token.
        string[] names = [.. Encoding.UTF8.GetString(line).Split('\t').Select(column => column.Split(':')[0].Trim())];
        int user = Array.FindIndex(names, column => column is "userID" or "user_id");
        int item = Array.FindIndex(names, column => column is "itemID" or "item_id");
        return user >= 0 && item >= 0
            ? (user, item, names.Contains("x_label"))
            : throw new InputException(
                $"{name} has the columns {string.Join(", ", names.Select(Parsing.ColumnNames.Shown))}; "
                    + "an MMRec file has userID and itemID, separated by tabs, in its first line."
            );
    }

    private static int Id(ReadOnlySpan<byte> line, int column, string name, long number)
    {
        for (; column > 0; column--)
        {
            int tab = line.IndexOf((byte)'\t');
            line = tab < 0 ? [] : line[(tab + 1)..];
        }

        int end = line.IndexOf((byte)'\t');
        line = end < 0 ? line : line[..end];
        return Utf8Parser.TryParse(line, out int id, out int used) && used == line.Length && id is >= 0 and < HighestId
            ? id
            : throw new InputException(
                $"{name} line {number} has the id '{Printable.Of(line)}'; MMRec's ids are numbers from 0, a feature's row."
            );
    }

    private sealed class IdSet
    {
        private bool[] seen = new bool[1 << 12];

        public int Count { get; private set; }

        public int Highest { get; private set; } = -1;

        public void Add(int id)
        {
            if (id >= seen.Length)
            {
                Array.Resize(ref seen, Math.Max(id + 1, 2 * seen.Length));
            }

            Count += seen[id] ? 0 : 1;
            seen[id] = true;
            Highest = Math.Max(Highest, id);
        }
    }
}
