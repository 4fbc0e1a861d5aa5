using System.Globalization;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>Fails when too many lines are in quarantine.</summary>
internal static class QuarantineCheck
{
    private const int Named = 10;

    public static void Enforce(List<FileRows> files, IngestOptions options)
    {
        long faults = files.Sum(file => file.FaultCount);
        long all = faults + files.Sum(file => file.Rows);
        if (faults == 0 || faults <= options.QuarantineLimit * all)
        {
            return;
        }

        IEnumerable<string> first = files
            .SelectMany(file => file.Quarantine)
            .Take(Named)
            .Select(line =>
                string.Create(CultureInfo.InvariantCulture, $"{line.File} line {line.Line} {FaultText.Of(line.Kind)}")
            );
        throw new InputException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{faults} of {all} lines cannot be used, more than ingest.quarantineLimit ({options.QuarantineLimit:P1}) allows; check the format, the first are: {string.Join("; ", first)}."
            )
        );
    }
}
