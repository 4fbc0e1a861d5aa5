using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Parsing;

/// <summary>How the times of a source, which may be several files, are read.</summary>
internal static class SourceTimes
{
    /// <summary>What the settings, the format or else the beginnings of a source's files say about its times.</summary>
    public static TimestampRule Rule(InteractionSource source, FileFormat[] formats)
    {
        if (source.TimestampUnit != TimestampUnit.Auto)
        {
            return new TimestampRule(source.TimestampUnit, TimestampSource.Settings);
        }

        if (Array.Find(formats, format => format.TimestampUnit != TimestampUnit.Auto) is { } known)
        {
            return new TimestampRule(known.TimestampUnit, TimestampSource.Format);
        }

        TimestampTally first = new();
        Array.ForEach(formats, format => first.Add(format.FirstTimes));
        return new TimestampRule(TimestampRule.Recognise(first) ?? TimestampUnit.Auto, TimestampSource.Column);
    }

    /// <summary>The error for a column of times in which no unit is recognised.</summary>
    public static InputException NoUnit(InteractionSource source, TimestampTally all) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"the times of {source.Path} run from {all.Lowest} to {all.Highest}, which no one unit makes times between "
                    + $"1990 and 2100; set timestampUnit to seconds, milliseconds, microseconds, "
                    + $"nanoseconds, calendar or order, or to none if the column holds no times"
            )
        );
}
