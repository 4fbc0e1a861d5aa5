using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>Interactions drawn from taste groups that show in the items' features, so that content helps.</summary>
internal static class PlantedData
{
    public static TrainingInput Make(
        int users = 60,
        int items = 40,
        int perUser = 8,
        int groups = 4,
        long seed = 5,
        int[]? widths = null,
        int candidates = 12
    )
    {
        var stream = new RandomStream(seed, "planted data");
        var trainUsers = new List<int>();
        var trainItems = new List<int>();
        var validUsers = new List<int>();
        var validItems = new List<int>();
        for (int user = 0; user < users; user++)
        {
            var chosen = new HashSet<int>();
            while (chosen.Count < perUser)
            {
                int item = stream.NextInt32(items);
                bool isOwnGroup = item % groups == user % groups;
                if (isOwnGroup || stream.NextDouble() < 0.08)
                {
                    chosen.Add(item);
                }
            }

            int place = 0;
            foreach (int item in chosen)
            {
                bool isValid = place++ < 2;
                (isValid ? validUsers : trainUsers).Add(user);
                (isValid ? validItems : trainItems).Add(item);
            }
        }

        widths ??= [6, 9];
        ModalityInput[] modalities =
        [
            .. widths.Select(
                (width, m) => Modality(m, items, width, groups, candidates, stream: new RandomStream(seed, "features", m))
            ),
        ];
        return new TrainingInput
        {
            UserCount = users,
            ItemCount = items,
            TrainUsers = [.. trainUsers],
            TrainItems = [.. trainItems],
            ValidUsers = [.. validUsers],
            ValidItems = [.. validItems],
            Modalities = modalities,
        };
    }

    /// <summary>Users' choices in order: the first ones of each for validation, the others for training.</summary>
    public static TrainingInput OfChoices(
        IReadOnlyList<int[]> choices,
        int items,
        int valid,
        IReadOnlyList<ModalityInput> modalities
    )
    {
        (int User, int Item)[] Pairs(Func<int[], IEnumerable<int>> part) =>
            [.. choices.SelectMany((chosen, user) => part(chosen).Select(item => (user, item)))];
        (int User, int Item)[] training = Pairs(chosen => chosen.Skip(valid));
        (int User, int Item)[] validation = Pairs(chosen => chosen.Take(valid));
        return new TrainingInput
        {
            UserCount = choices.Count,
            ItemCount = items,
            TrainUsers = [.. training.Select(static pair => pair.User)],
            TrainItems = [.. training.Select(static pair => pair.Item)],
            ValidUsers = [.. validation.Select(static pair => pair.User)],
            ValidItems = [.. validation.Select(static pair => pair.Item)],
            Modalities = modalities,
        };
    }

    public static InteractionGraph Graph(TrainingInput input) =>
        new(input.UserCount, input.ItemCount, input.TrainUsers, input.TrainItems);

    public static Matrix Random(int rows, int columns, long seed)
    {
        var stream = new RandomStream(seed, "test matrix");
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        return matrix;
    }

    private static ModalityInput Modality(int m, int items, int width, int groups, int candidates, RandomStream stream)
    {
        var features = new Matrix(items, width);
        for (int item = 0; item < items; item++)
        {
            for (int column = 0; column < width; column++)
            {
                double signal = (column % groups) == (item % groups) ? 1.5 : 0;
                features[item, column] = (float)(signal + (0.6 * stream.NextNormal()));
            }
        }

        return new ModalityInput($"modality{m}", features, Nearest(features, candidates));
    }

    public static int[] Nearest(Matrix features, int count)
    {
        var nearest = new int[features.Rows * count];
        nearest.AsSpan().Fill(-1);
        for (int item = 0; item < features.Rows; item++)
        {
            int own = item;
            int[] order =
            [
                .. Enumerable
                    .Range(0, features.Rows)
                    .Where(other => other != own)
                    .OrderByDescending(other => Cosine(features, own, other))
                    .Take(count),
            ];
            order.CopyTo(nearest, item * count);
        }

        return nearest;
    }

    public static double Cosine(Matrix features, int a, int b)
    {
        double dot = 0;
        double squareA = 0;
        double squareB = 0;
        for (int column = 0; column < features.Columns; column++)
        {
            dot += (double)features[a, column] * features[b, column];
            squareA += (double)features[a, column] * features[a, column];
            squareB += (double)features[b, column] * features[b, column];
        }

        return dot / Math.Sqrt(squareA * squareB);
    }
}
