using Apache.Arrow;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>The tables that a run makes on the cluster; what is left of them at the end is dropped.</summary>
internal sealed class Workspace(ISqlSession session, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    : IDisposable
{
    private readonly List<string> tables = [];

    public ISqlSession Session => session;

    public IProgress<WorkProgress>? Progress => progress;

    public CancellationToken Cancellation => cancellation;

    /// <summary>Carries out statements that make these tables among other things; tables of these names go first.</summary>
    public void Make(IReadOnlyList<string> names, IEnumerable<Statement> statements)
    {
        foreach (string name in names)
        {
            session.Execute(IngestPlan.Drop(name), null, cancellation);
            tables.Add(name);
        }

        foreach (Statement statement in statements)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress($"Spark: {statement.Purpose}", "tasks", 0, 0));
            session.Execute(statement, progress, cancellation);
        }
    }

    /// <summary>Makes a table of rows from here.</summary>
    public void Upload(string name, IEnumerable<RecordBatch> batches)
    {
        tables.Add(name);
        session.Upload(name, batches, progress, cancellation);
    }

    /// <summary>The batches of an answer.</summary>
    public IEnumerable<BatchReader> Read(Statement statement)
    {
        progress?.Report(new WorkProgress($"Spark: {statement.Purpose}", "tasks", 0, 0));
        foreach (RecordBatch batch in session.Query(statement, progress, cancellation))
        {
            using BatchReader reader = new(batch, statement);
            yield return reader;
        }
    }

    /// <summary>Drops tables that nothing reads any more.</summary>
    public void Drop(params string[] names)
    {
        foreach (string name in names)
        {
            session.Execute(IngestPlan.Drop(name), null, cancellation);
            tables.Remove(name);
        }
    }

    /// <summary>Drops the rest, also after an error or an interruption.</summary>
    public void Dispose()
    {
        foreach (string name in tables)
        {
            try
            {
                session.Execute(IngestPlan.Drop(name), null, CancellationToken.None);
            }
            catch (InputException)
            {
                // The reason for which the run ends is the one to tell.
                return;
            }
        }
    }
}
