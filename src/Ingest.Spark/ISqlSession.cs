using Apache.Arrow;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Whatever carries out Spark SQL: temporary views and tables made by one statement are there for the next.</summary>
public interface ISqlSession : IDisposable
{
    /// <summary>Carries out a statement that makes or drops something.</summary>
    /// <param name="statement">What to do.</param>
    /// <param name="progress">Told of tasks done.</param>
    /// <param name="cancellation">Stops the work, on the cluster too.</param>
    /// <exception cref="InputException">The server refuses it or cannot be reached.</exception>
    void Execute(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <summary>Carries out a query; rows come in the query's order, in as many batches as the server likes.</summary>
    /// <param name="statement">What to ask.</param>
    /// <param name="progress">Told of tasks done.</param>
    /// <param name="cancellation">Stops the work, on the cluster too.</param>
    /// <exception cref="InputException">The server refuses it or cannot be reached.</exception>
    IEnumerable<RecordBatch> Query(Statement statement, IProgress<WorkProgress>? progress, CancellationToken cancellation);

    /// <summary>Makes a table of rows that this program has.</summary>
    /// <param name="table">The table's name; a table of that name is replaced.</param>
    /// <param name="batches">The rows, all of one schema.</param>
    /// <param name="progress">Told of rows sent.</param>
    /// <param name="cancellation">Stops the work.</param>
    void Upload(
        string table,
        IEnumerable<RecordBatch> batches,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    );
}
