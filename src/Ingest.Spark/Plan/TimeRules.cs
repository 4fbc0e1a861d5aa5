using System.Globalization;
using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>The local engine's rules about times (<c>TimestampRule</c>, <c>WrittenDate</c>), each as a piece of SQL.</summary>
internal static class TimeRules
{
    private const long FirstMillisecond = 631_152_000_000;
    private const long LastMillisecond = 4_102_444_800_000;
    private const string DayMilliseconds = "CAST(86400000 AS BIGINT)";

    // A date, and perhaps a time, a fraction of a second and a zone behind it.
    private const string Written =
        "^[0-9]{4}(?:-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}"
        + "(?:[ Tt][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]*)?)? *(?:|[Zz]|UTC|GMT|[+-][0-9]{2}:?(?:[0-9]{2})?))?\\z";
    private const string WrittenDay = "^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z";
    private const string Zone = "([+-])([0-9]{2}):?([0-9]{2})?\\z";

    /// <summary>The unit in which a number is a time between 1990 and 2100, by its place in <see cref="TimestampUnit"/>.</summary>
    public static string UnitOf(string number) =>
        "CASE "
        + string.Concat(
            new[]
            {
                TimestampUnit.Seconds,
                TimestampUnit.Milliseconds,
                TimestampUnit.Microseconds,
                TimestampUnit.Nanoseconds,
            }.Select(unit =>
                $"WHEN {InMilliseconds(number, unit)} BETWEEN {FirstMillisecond} AND {LastMillisecond} THEN {(int)unit} "
            )
        )
        + $"WHEN {ReadCalendar(number)} IS NOT NULL THEN {(int)TimestampUnit.Calendar} ELSE {(int)TimestampUnit.None} END";

    /// <summary>Milliseconds, or a place in an order, from a number in a unit; null where it is none.</summary>
    public static string Read(string number, TimestampRule rule) =>
        rule.Unit switch
        {
            TimestampUnit.Auto or TimestampUnit.None => "CAST(NULL AS BIGINT)",
            TimestampUnit.Calendar => ReadCalendar(number),
            TimestampUnit.Order =>
                $"CASE WHEN floor({number}) = {number} AND abs({number}) < 562949953421312 THEN CAST({number} AS BIGINT) END",
            _ => $"CASE WHEN {InMilliseconds(number, rule.Unit)} BETWEEN {First(rule)} AND {Last(rule)} "
                + $"THEN CAST(rint({InMilliseconds(number, rule.Unit)}) AS BIGINT) END",
        };

    /// <summary>
    /// The unit under which a number is counted: any whole number is a place in an order, so what it could be otherwise is asked.
    /// </summary>
    public static string CountedUnit(string number, string read, TimestampRule rule) =>
        rule.Unit is TimestampUnit.Order or TimestampUnit.Auto
            ? $"CASE WHEN {number} IS NOT NULL THEN {UnitOf(number)} END"
            : $"CASE WHEN {read} IS NOT NULL THEN {(int)rule.Unit} WHEN {number} IS NOT NULL THEN {UnitOf(number)} END";

    /// <summary>Milliseconds of a date written year first, with or without a time and a zone; null from any other text.</summary>
    public static string ReadWritten(string text)
    {
        string Int(string piece) => $"coalesce(try_cast(nullif({piece}, '') AS INT), 0)";
        string Late(string pattern, int group) => $"regexp_extract(substring({text}, 17), {Sql.Text(pattern)}, {group})";
        string date = Date($"substring({text}, 1, 4)", $"substring({text}, 6, 2)", $"substring({text}, 9, 2)");
        string hour = Int($"substring({text}, 12, 2)");
        string minute = Int($"substring({text}, 15, 2)");
        string second = Int(Late("^:([0-9]{2})", 1));
        string thousandths = Int($"rpad(nullif({Late("^:[0-9]{2}[.,]([0-9]{1,3})", 1)}, ''), 3, '0')");
        string zoneHour = Int(Late(Zone, 2));
        string zone = $"(({zoneHour} * 60 + {Int(Late(Zone, 3))}) * CASE WHEN {Late(Zone, 1)} = '-' THEN -1 ELSE 1 END)";
        return $"CASE WHEN regexp_like({text}, {Sql.Text(Written)}) AND substring({text}, 1, 4) <> '0000' "
            + $"AND {hour} <= 23 AND {minute} <= 59 AND {second} <= 60 AND {zoneHour} <= 14 "
            + $"THEN unix_date({date}) * {DayMilliseconds} + (({hour} * 60 + "
            + $"{minute} - {zone}) * 60 + {second}) * 1000 + {thousandths} END";
    }

    /// <summary>Milliseconds of a written-out day such as "09 4, 2015", or null.</summary>
    public static string ReadDay(string day)
    {
        string Piece(int group) => $"regexp_extract({day}, {Sql.Text(WrittenDay)}, {group})";
        string date = Date(Piece(3), $"lpad({Piece(1)}, 2, '0')", $"lpad({Piece(2)}, 2, '0')");
        return $"CASE WHEN regexp_like({day}, {Sql.Text(WrittenDay)}) AND "
            + $"{Piece(3)} <> '0000' THEN unix_date({date}) * {DayMilliseconds} END";
    }

    /// <summary>Milliseconds of a number whose digits are a day, or a day and a time; null from any other.</summary>
    private static string ReadCalendar(string number)
    {
        string digits = $"rpad(CAST(CAST({number} AS BIGINT) AS STRING), 14, '0')";
        string date = Date($"substring({digits}, 1, 4)", $"substring({digits}, 5, 2)", $"substring({digits}, 7, 2)");
        string Part(int from) => $"CAST(substring({digits}, {from}, 2) AS INT)";
        return $"CASE WHEN floor({number}) = {number} AND ({number} BETWEEN 10000000 AND 99999999 "
            + $"OR {number} BETWEEN 100000000000 AND 999999999999 OR {number} BETWEEN 10000000000000 AND 99999999999999) "
            + $"THEN CASE WHEN substring({digits}, 1, 4) BETWEEN '1990' AND '2100' "
            + $"AND {Part(9)} <= 23 AND {Part(11)} <= 59 AND {Part(13)} <= 59 "
            + $"THEN unix_date({date}) * {DayMilliseconds} + (({Part(9)} * 60 + {Part(11)}) * 60 + {Part(13)}) * 1000 END END";
    }

    private static string Date(string year, string month, string day) =>
        $"try_cast(concat({year}, '-', {month}, '-', {day}) AS DATE)";

    private static string InMilliseconds(string number, TimestampUnit unit) =>
        unit switch
        {
            TimestampUnit.Milliseconds => number,
            TimestampUnit.Microseconds => $"{number} * CAST('0.001' AS DOUBLE)",
            TimestampUnit.Nanoseconds => $"{number} * CAST('0.000001' AS DOUBLE)",
            _ => $"{number} * 1000",
        };

    // What a user says is believed for every year that there is.
    private static string First(TimestampRule rule) =>
        (rule.Source == TimestampSource.Settings ? DateTimeOffset.MinValue.ToUnixTimeMilliseconds() : FirstMillisecond).ToString(
            CultureInfo.InvariantCulture
        );

    private static string Last(TimestampRule rule) =>
        (rule.Source == TimestampSource.Settings ? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() : LastMillisecond).ToString(
            CultureInfo.InvariantCulture
        );
}
