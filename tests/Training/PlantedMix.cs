using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>
/// Users who like items by two modalities together, visual kind plus textual kind modulo the kinds, and neither kind alone tells:
/// of all items that share one of the kinds with a liked item, as many are liked as of any others. Three training interactions a
/// user.
/// </summary>
internal static class PlantedMix
{
    private const int Kinds = 6;
    private const int Items = 360;
    private const int Users = 300;
    private const int PerUser = 5;
    private const int Valid = 2;
    private const int Width = 16;
    private const int Candidates = 40;
    private const double Noise = 0.03;

    public static TrainingInput Make(long seed)
    {
        var stream = new RandomStream(seed, "planted mix");
        int[] visual = [.. Enumerable.Range(0, Items).Select(_ => stream.NextInt32(Kinds))];
        int[] textual = [.. Enumerable.Range(0, Items).Select(_ => stream.NextInt32(Kinds))];
        var choices = new List<int[]>();
        for (int user = 0; user < Users; user++)
        {
            int taste = stream.NextInt32(Kinds);
            var chosen = new List<int>();
            while (chosen.Count < PerUser)
            {
                int item = stream.NextInt32(Items);
                bool isLiked = (visual[item] + textual[item]) % Kinds == taste;
                if ((isLiked || stream.NextDouble() < Noise) && !chosen.Contains(item))
                {
                    chosen.Add(item);
                }
            }

            choices.Add([.. chosen]);
        }

        return PlantedData.OfChoices(
            choices,
            Items,
            Valid,
            [Modality("visual", visual, seed), Modality("textual", textual, seed)]
        );
    }

    private static ModalityInput Modality(string name, int[] kinds, long seed)
    {
        var stream = new RandomStream(seed, name);
        var features = new Matrix(Items, Width);
        for (int item = 0; item < Items; item++)
        {
            for (int column = 0; column < Width; column++)
            {
                features[item, column] = (float)((column == kinds[item] ? 2 : 0) + (0.4 * stream.NextNormal()));
            }
        }

        return new ModalityInput(name, features, PlantedData.Nearest(features, Candidates));
    }
}
