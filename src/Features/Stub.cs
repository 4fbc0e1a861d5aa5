using CranePipeline.Storage;
using CranePipeline.Tensors;
namespace CranePipeline.Features;
internal sealed record SvdResult(Matrix U, float[] SingularValues, Matrix V);
internal static class RandomizedSvd { internal static SvdResult Compute(IEngine e, CsrMatrix m, int rank, long seed, int over, int power) => throw new InvalidOperationException(); }
internal sealed record PrincipalComponents(Matrix Rows, double ExplainedVariance) { internal static PrincipalComponents Of(Matrix values, ModalityOptions o, IEngine e) => throw new InvalidOperationException(); }
internal static class ArraySource { internal static RawVectors Read(string path, ModalityOptions o, string[] ids, string folder, IProgress<WorkProgress>? p, CancellationToken c) => throw new InvalidOperationException(); }
internal static class ParquetSource { internal static RawVectors Read(string path, ModalityOptions o, string[] ids, IProgress<WorkProgress>? p, CancellationToken c) => throw new InvalidOperationException(); }
