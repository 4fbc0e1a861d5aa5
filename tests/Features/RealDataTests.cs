using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

public class RealDataTests
{
    private const int TiktokItems = 6710;

    [TestCase("image_feat.npy")]
    [TestCase("audio_feat.npy")]
    public void Tiktok_candidates_are_the_brute_force_ones(string file)
    {
        string path = SharedData.Require(Path.Combine("tiktok", file));
        var options = new ModalityOptions { Source = ModalitySource.Npy, Path = Path.GetFileName(path) };
        using var engine = new CpuEngine();

        ModalityFeatures table = FeatureBuilder.Build("m", options, Ids(TiktokItems), [], Path.GetDirectoryName(path)!, engine)!;
        CandidateList list = CandidateSearch.Run(table, new(), engine);

        Assert.That((table.Values.Rows, table.Values.Columns), Is.EqualTo((TiktokItems, 128)));
        Assert.That(table.Statistics.Present, Is.EqualTo(TiktokItems));
        int[] zero = [.. Enumerable.Range(0, TiktokItems).Where(item => table.Values.Row(item).IndexOfAnyExcept(0f) < 0)];
        Assert.That(list.ZeroVectors, Is.EqualTo(zero.Length));
        var excluded = zero.ToHashSet();

        // Every 67th item against all others in double precision.
        for (int item = 0; item < TiktokItems; item += 67)
        {
            if (excluded.Contains(item))
            {
                Assert.That(list.Of(item).ToArray(), Is.Empty);
                continue;
            }

            double[] cosines = [.. Enumerable.Range(0, TiktokItems).Select(other => Cosine(table.Values, item, other))];
            cosines[item] = double.NegativeInfinity;
            Array.ForEach(zero, other => cosines[other] = double.NegativeInfinity);
            double[] best = [.. cosines.OrderDescending().Take(list.Count)];
            int[] found = list.Of(item).ToArray();
            Assert.That(found, Has.Length.EqualTo(100).And.Unique.And.No.Member(item));
            for (int rank = 0; rank < found.Length; rank++)
            {
                Assert.That(cosines[found[rank]], Is.EqualTo(best[rank]).Within(2e-6));
            }
        }
    }

    [TestCase("image_neighbours.tsv", 28_149, 13)]
    [TestCase("text_neighbours.tsv", 28_208, 0)]
    public void Baby_neighbours_are_all_imported(string file, int pairs, int mostIsolated)
    {
        string path = SharedData.Require(Path.Combine("baby", file));
        var options = new ModalityOptions { Source = ModalitySource.Neighbours, Path = path };

        CandidateList list = CandidateImport.Read("m", options, Ids(7050), "", 100);

        Assert.That(list.Items.Count(item => item >= 0), Is.EqualTo(pairs));
        Assert.That(list.Isolated, Is.GreaterThanOrEqualTo(mostIsolated));
    }

    [Test]
    public void Vectors_derived_from_baby_neighbours_find_them_again()
    {
        string path = SharedData.Require(Path.Combine("baby", "text_neighbours.tsv"));
        var options = new ModalityOptions
        {
            Source = ModalitySource.Neighbours,
            Path = path,
            Dimension = 128,
        };
        using var engine = new CpuEngine();

        ModalityFeatures table = FeatureBuilder.Build("text", options, Ids(7050), [], "", engine)!;
        CandidateList list = CandidateSearch.Run(table, new() { Count = 20 }, engine);
        CandidateList known = CandidateImport.Read("text", options, Ids(7050), "", 100);

        int found = 0;
        int pairs = 0;
        for (int item = 0; item < 7050; item++)
        {
            foreach (int neighbour in known.Of(item))
            {
                pairs++;
                found += list.Of(item).Contains(neighbour) ? 1 : 0;
            }
        }

        Assert.That((double)found / pairs, Is.GreaterThan(0.5));
    }

    private static double Cosine(Matrix values, int a, int b)
    {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        ReadOnlySpan<float> x = values.Row(a);
        ReadOnlySpan<float> y = values.Row(b);
        for (int column = 0; column < x.Length; column++)
        {
            dot += (double)x[column] * y[column];
            squaresA += (double)x[column] * x[column];
            squaresB += (double)y[column] * y[column];
        }

        return dot / Math.Sqrt(squaresA * squaresB);
    }

    private static string[] Ids(int count) => [.. Enumerable.Range(0, count).Select(item => $"{item}")];
}
