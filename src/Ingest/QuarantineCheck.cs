using System.Globalization;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>Fails when too many lines are in quarantine.</summary>
internal static class QuarantineCheck
{
    private const int Named = 10;

    public static void Enforce(List<FileRows> files, IngestOptions options) =>
        Enforce(
            files.Sum(file => file.FaultCount),
            files.Sum(file => file.Rows),
            files.SelectMany(file => file.Quarantine),
            options
        );

    /// <summary>Fails when too many lines are in quarantine.</summary>
    /// <param name="faults">How many are.</param>
    /// <param name="rows">How many are not.</param>
    /// <param name="quarantine">The first of them.</param>
    /// <param name="options">The limit.</param>
    /// <exception cref="InputException">It is exceeded.</exception>
    public static void Enforce(long faults, long rows, IEnumerable<QuarantinedLine> quarantine, IngestOptions options)
    {
        long all = faults + rows;
        if (faults == 0 || faults <= options.QuarantineLimit * all)
        {
            return;
        }

        IEnumerable<string> first = quarantine
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
