using System.Globalization;
using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// LATTICE's <c>train.json</c>, <c>val.json</c> and <c>test.json</c>: one object a file, <c>{"user index": [item index, …], …}</c>, all
/// of it on one line, so it is read token by token. The file's name is the label.
/// </summary>
internal static class LatticeRows
{
    public static void Read(FileRows file, string dataFolder, RowSink sink, CancellationToken cancellation)
    {
        Dictionary<string, string>? users = Map(file.Source.UserIdMap, dataFolder);
        Dictionary<string, string>? items = Map(file.Source.ItemIdMap, dataFolder);
        byte? label = Label(file.File.Path);
        using Stream stream = RawFile.Open(file.File.FullPath, file.File.Path, out _);
        Utf8TokenReader tokens = new(stream, file.File.Path);
        sink.Begin(file);
        string user = "";
        int depth = 0;
        while (tokens.Read(out JsonTokenType type, out string text, out long offset))
        {
            bool isItem = depth == 2 && type is JsonTokenType.Number or JsonTokenType.String;
            switch (type)
            {
                case JsonTokenType.StartObject when depth == 0:
                case JsonTokenType.StartArray when depth == 1:
                    depth++;
                    break;
                case JsonTokenType.EndObject when depth == 1:
                case JsonTokenType.EndArray when depth == 2:
                    depth--;
                    break;
                case JsonTokenType.PropertyName when depth == 1:
                    user = text;
                    break;
                default:
                    if (!isItem)
                    {
                        throw new InputException(
                            $"{file.File.Path} is not a LATTICE split at byte {offset}: "
                                + "expected an object of user index to list of item indices"
                        );
                    }

                    Add(text);
                    break;
            }
        }

        sink.Flush();
        file.Lines = 1;

        void Add(string item)
        {
            cancellation.ThrowIfCancellationRequested();
            string rawUser = user;
            string rawItem = item;
            RawRow row = default;
            if (
                (users is not null && !users.TryGetValue(user, out rawUser!))
                || (items is not null && !items.TryGetValue(item, out rawItem!))
            )
            {
                row.Fail(LineFault.UnknownIndex, Encoding.UTF8.GetBytes($"{user}: {item}"));
            }

            row.User = Encoding.UTF8.GetBytes(rawUser ?? user);
            row.Item = Encoding.UTF8.GetBytes(rawItem ?? item);
            row.Label = label;
            if (!sink.TryTake(ref row))
            {
                sink.Reject(in row, 1, Encoding.UTF8.GetBytes($"\"{user}\": {item}"));
            }
        }
    }

    private static byte? Label(string path) =>
        Path.GetFileName(path).Split('.')[0].ToUpperInvariant() switch
        {
            "TRAIN" => 0,
            "VAL" or "VALID" or "VALIDATION" => 1,
            "TEST" => 2,
            _ => null,
        };

    /// <summary>Reads <c>raw-id index</c> lines, with or without a header.</summary>
    private static Dictionary<string, string>? Map(string? path, string dataFolder)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        SourceFile file = SourceResolver.Find(path, dataFolder, "ingest.interactions")[0];
        Dictionary<string, string> map = [];
        using Stream stream = RawFile.Open(file.FullPath, file.Path, out _);
        ChunkReader chunks = new(stream, file.Path);
        while (chunks.Next() is { } chunk)
        {
            using (chunk)
            {
                string[] lines = Encoding.UTF8.GetString(chunk.Bytes).Split('\n');
                for (int line = 0; line < lines.Length; line++)
                {
                    Add(lines[line], chunk.FirstLine + line);
                }
            }
        }

        return map;

        void Add(string line, long number)
        {
            string[] parts = line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (
                parts.Length == 0
                || (number == 1 && !long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            )
            {
                return;
            }

            if (parts.Length != 2)
            {
                throw new InputException($"{file.Path} line {number} is not \"raw-id index\"; an id map has two columns");
            }

            map[parts[1]] = parts[0];
        }
    }
}
