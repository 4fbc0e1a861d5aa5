using System.Text;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>Which parsed rows can be used, and which of them are feedback.</summary>
internal sealed class RowRules(IngestOptions options)
{
    /// <summary>The most bytes of an id.</summary>
    public const int LongestId = 1024;

    private readonly byte[][] missing = [.. options.MissingIds.Select(Encoding.UTF8.GetBytes)];
    private readonly int longestMissing = options.MissingIds.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max();
    private readonly float lowest = (float)options.LowestRating;
    private readonly float highest = (float)options.HighestRating;
    private readonly double minRating = options.MinRating ?? double.NegativeInfinity;

    /// <summary>
    /// Notes a fault of a row that cannot be used: ids must be there, of up to 1,024 bytes, without NUL bytes and not what programs
    /// write for a missing value; a rating must lie in the range. Spaces around ids are taken off.
    /// </summary>
    public void Judge(ref RawRow row)
    {
        row.User = RawIds.Trim(row.User);
        row.Item = RawIds.Trim(row.Item);
        if (row.User.IsEmpty)
        {
            row.Fail(LineFault.EmptyUser, []);
        }
        else if (row.Item.IsEmpty)
        {
            row.Fail(LineFault.EmptyItem, []);
        }

        JudgeId(row.User, ref row);
        JudgeId(row.Item, ref row);
        if (row.Rating is { } rating && (rating < lowest || rating > highest))
        {
            row.Fail(
                LineFault.RatingOutOfRange,
                Encoding.UTF8.GetBytes(rating.ToString(System.Globalization.CultureInfo.InvariantCulture))
            );
        }
    }

    /// <summary>Whether a rating, or none, makes a row feedback.</summary>
    public bool IsFeedback(float? rating) => options.MinRating is null || rating >= minRating;

    private void JudgeId(ReadOnlySpan<byte> id, ref RawRow row)
    {
        if (id.Length > LongestId)
        {
            row.Fail(LineFault.LongId, id);
        }
        else if (id.Contains((byte)0))
        {
            row.Fail(LineFault.NulInId, id);
        }
        else if (id.Length <= longestMissing)
        {
            foreach (byte[] word in missing)
            {
                if (id.SequenceEqual(word))
                {
                    row.Fail(LineFault.MissingId, id);
                }
            }
        }
    }
}
