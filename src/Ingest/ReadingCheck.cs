using System.Globalization;
using CranePipeline.Ingest.Internals;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>Fails when what was read is nothing, too faulty or does not fit together.</summary>
internal static class ReadingCheck
{
    private const int Named = 5;

    /// <exception cref="InputException">It is.</exception>
    public static void Enforce(IReadOnlyList<FileRows> files, IngestOptions options)
    {
        long rows = files.Sum(file => file.Rows);
        long faults = files.Sum(file => file.Workers.Sum(worker => worker.Faults.Sum()));
        long all = faults + rows;
        if (all == 0)
        {
            FileRows first = files[0];
            string what =
                first.Format.IsEmpty ? "is empty"
                : first.Format.Delimited is { Header: true } ? "has a header and no rows"
                : "has no rows";
            throw new InputException($"{first.File.Path} {what}; put the right file there, or correct ingest.interactions");
        }

        if (faults > 0 && faults > options.QuarantineLimit * all)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{faults} of {all} lines cannot be used, more than ingest.quarantineLimit "
                        + $"({options.QuarantineLimit * 100:0.###} %) allows: "
                        + $"{string.Join("; ", StatisticsBuilder.Faults(files, options).Take(Named).Select(Tell))}"
                )
            );
        }

        if (rows > Array.MaxLength)
        {
            throw new InputException(
                $"there are {rows} interactions, more than the {Array.MaxLength} that fit; split the data set into parts"
            );
        }

        CheckTimes(files);
    }

    private static string Tell(ReasonCount reason) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{reason.Count} with {reason.Reason}{(reason.Example is null ? "" : $", such as {reason.Example}")}"
        );

    private static void CheckTimes(IReadOnlyList<FileRows> files)
    {
        FileRows[] timed = [.. files.Where(file => file.Workers.Any(worker => worker.WithTimestamp > 0))];
        FileRows? ordered = Array.Find(timed, file => file.Times.Unit == TimestampUnit.Order);
        FileRows? dated = Array.Find(timed, file => file.Times.Unit != TimestampUnit.Order);
        if (ordered is not null && dated is not null)
        {
            throw new InputException(
                $"{dated.File.Path} has times and {ordered.File.Path} numbers of an order, "
                    + "which do not go together; set timestampUnit of both sources, or to none"
            );
        }
    }
}
