using System.Globalization;
using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// LATTICE's <c>train.json</c>, <c>val.json</c> and <c>test.json</c>: one object a file, <c>{"user index": [item index, …], …}</c>, all of
/// it on one line, so it is read token by token. The file's name is the label.
/// </summary>
internal static class LatticeRows
{
    public static void Read(FileRows file, string dataFolder, RowSink sink, CancellationToken cancellation)
    {
        Dictionary<string, string>? users = Map(file.Source.UserIdMap, dataFolder);
        Dictionary<string, string>? items = Map(file.Source.ItemIdMap, dataFolder);
        byte label = Label(file.File.Path);
        using Stream stream = RawFile.Open(file.File.FullPath, file.File.Path, out _);
        Utf8TokenReader tokens = new(stream, file.File.Path);
        byte[] buffer = new byte[1 << 20];
        int used = 0;
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
                            $"{file.File.Path} is not a LATTICE split at byte {offset}: expected an object of user index to list of item indices."
                        );
                    }

                    Add(text);
                    break;
            }
        }

        sink.Store(buffer, file);
        file.Lines = 1;

        void Add(string item)
        {
            string rawUser = user;
            string rawItem = item;
            LineFault fault =
                (users is not null && !users.TryGetValue(user, out rawUser!))
                || (items is not null && !items.TryGetValue(item, out rawItem!))
                    ? LineFault.UnknownIndex
                    : LineFault.None;
            (rawUser, rawItem) = fault == LineFault.None ? (rawUser, rawItem) : (user, item);
            int needed = Encoding.UTF8.GetByteCount(rawUser) + Encoding.UTF8.GetByteCount(rawItem);
            if (used + needed > buffer.Length)
            {
                cancellation.ThrowIfCancellationRequested();
                sink.Store(buffer, file);
                used = 0;
                buffer = needed > buffer.Length ? new byte[needed] : buffer;
            }

            Row row = default;
            row.Reset();
            row.Label = label;
            (row.UserStart, row.UserLength) = (used, Encoding.UTF8.GetBytes(rawUser, buffer.AsSpan(used)));
            used += row.UserLength;
            (row.ItemStart, row.ItemLength) = (used, Encoding.UTF8.GetBytes(rawItem, buffer.AsSpan(used)));
            used += row.ItemLength;
            byte[] record = fault == LineFault.None ? [] : Encoding.UTF8.GetBytes($"\"{user}\": {item}");
            sink.Accept(file, 1, fault, ref row, record, buffer);
        }
    }

    private static byte Label(string path) =>
        Path.GetFileName(path).Split('.')[0].ToUpperInvariant() switch
        {
            "TRAIN" => 0,
            "VAL" or "VALID" or "VALIDATION" => 1,
            "TEST" => 2,
            _ => Row.NoLabel,
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
        using StreamReader lines = new(RawFile.Open(file.FullPath, file.Path, out _), Encoding.UTF8);
        for (int number = 1; lines.ReadLine() is { } line; number++)
        {
            string[] parts = line.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (
                parts.Length == 0
                || (number == 1 && !long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            )
            {
                continue;
            }

            if (parts.Length != 2)
            {
                throw new InputException($"{file.Path} line {number} is not \"raw-id index\"; an id map has two columns.");
            }

            map[parts[1]] = parts[0];
        }

        return map;
    }
}
