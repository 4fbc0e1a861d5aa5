using System.Text;
using System.Text.Json;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Reading;

/// <summary>JSON tokens from a stream of any length, through one buffer.</summary>
internal sealed class Utf8TokenReader(Stream stream, string name)
{
    private byte[] buffer = new byte[1 << 16];
    private int start;
    private int end;
    private long passed;
    private bool ended;
    private JsonReaderState state = new(new JsonReaderOptions { CommentHandling = JsonCommentHandling.Disallow });

    /// <summary>Reads on; false at the end.</summary>
    public bool Read(out JsonTokenType type, out string text, out long offset)
    {
        while (true)
        {
            Utf8JsonReader reader = new(buffer.AsSpan(start, end - start), ended, state);
            bool read;
            try
            {
                read = reader.Read();
            }
            catch (JsonException error)
            {
                throw new InputException(
                    $"{name} is not JSON near byte {passed + start + reader.BytesConsumed}; check that it is whole",
                    error
                );
            }

            if (read)
            {
                type = reader.TokenType;
                offset = passed + start;
                text = TextOf(ref reader, offset);
                start += (int)reader.BytesConsumed;
                state = reader.CurrentState;
                return true;
            }

            if (ended)
            {
                (type, text, offset) = (JsonTokenType.None, "", passed + start);
                return false;
            }

            Fill();
        }
    }

    private string TextOf(ref Utf8JsonReader reader, long offset)
    {
        try
        {
            return reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String ? reader.GetString()!
                : reader.TokenType is JsonTokenType.Number ? Encoding.ASCII.GetString(reader.ValueSpan)
                : "";
        }
        catch (InvalidOperationException error)
        {
            // Half a surrogate pair, or bytes that are not UTF-8.
            throw new InputException($"{name} has text that is not UTF-8 near byte {offset}; save the file as UTF-8", error);
        }
    }

    private void Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        passed += start;
        end -= start;
        start = 0;
        if (end == buffer.Length)
        {
            if (buffer.Length >= ChunkReader.LongestLine)
            {
                throw new InputException(
                    $"{name} has a value of more than {ChunkReader.LongestLine >> 20} MiB, "
                        + $"the most that is read, at byte {passed}; check that it is the file you mean"
                );
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int read = stream.Read(buffer, end, buffer.Length - end);
        ended = read == 0;
        end += read;
    }
}
