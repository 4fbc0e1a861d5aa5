using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>
/// Items whose two modalities tell what they are only together. An item is of one of twenty kinds, a direction or its opposite, and is
/// shown in circumstances of its own, which are larger: its picture shows kind + circumstance, its description tells kind − circumstance,
/// each on axes of its own. A user likes one kind, in both directions, so that the mean of what is liked is 0 and no linear function of
/// the features tells it. Three training interactions a user.
/// </summary>
internal static class PlantedCrossModal
{
    private const int Kinds = 20;
    private const int Items = 400;
    private const int Users = 250;
    private const int PerUser = 5;
    private const int Valid = 2;
    private const int Latent = 6;
    private const int Width = 12;
    private const int Candidates = 40;
    private const double Circumstance = 1.5;
    private const double Spread = 0.1;
    private const double Noise = 0.05;
    private const double OddChoices = 0.05;

    public static TrainingInput Make(long seed)
    {
        var choices = new List<int[]>();
        var stream = new RandomStream(seed, "choices");
        for (int user = 0; user < Users; user++)
        {
            int taste = stream.NextInt32(Kinds);
            var chosen = new List<int>();
            while (chosen.Count < PerUser)
            {
                bool isOdd = stream.NextDouble() < OddChoices;
                int item = isOdd ? stream.NextInt32(Items) : taste + (Kinds * stream.NextInt32(Items / Kinds));
                if (!chosen.Contains(item))
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
            [Modality("visual", Circumstance, seed), Modality("textual", -Circumstance, seed)]
        );
    }

    /// <summary>Items i, i + kinds, … are of one kind, every other one in the opposite direction.</summary>
    private static ModalityInput Modality(string name, double circumstance, long seed)
    {
        Matrix kinds = Unit(Normal(Kinds, Latent, seed, "kinds"));
        Matrix circumstances = Unit(Normal(Items, Latent, seed, "circumstances"));
        Matrix spread = Normal(Items, Latent, seed, "spread");
        Matrix axes = Normal(Latent, Width, seed, $"{name} axes");
        Matrix features = Normal(Items, Width, seed, $"{name} noise");
        for (int item = 0; item < Items; item++)
        {
            int direction = item / Kinds % 2 == 0 ? 1 : -1;
            for (int column = 0; column < Width; column++)
            {
                double value = Noise * features[item, column];
                for (int k = 0; k < Latent; k++)
                {
                    double kind = (direction * kinds[item % Kinds, k]) + (Spread * spread[item, k]);
                    value += (kind + (circumstance * circumstances[item, k])) * axes[k, column];
                }

                features[item, column] = (float)value;
            }
        }

        return new ModalityInput(name, features, PlantedData.Nearest(features, Candidates));
    }

    private static Matrix Normal(int rows, int columns, long seed, string purpose)
    {
        var stream = new RandomStream(seed, purpose);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        return matrix;
    }

    private static Matrix Unit(Matrix rows)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            float length = MathF.Sqrt(rows.Row(row).ToArray().Sum(static x => x * x));
            foreach (ref float value in rows.Row(row))
            {
                value /= length;
            }
        }

        return rows;
    }
}
