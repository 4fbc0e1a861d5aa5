using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>Draws ranks in proportion to the power law in constant time (Walker's alias method, built as Vose has it).</summary>
internal sealed class PopularitySampler
{
    private readonly double[] threshold;
    private readonly int[] alias;

    /// <summary>Prepares the tables, linear in the count.</summary>
    public PopularitySampler(int count, double offset)
    {
        threshold = PowerLaw.Weights(count, offset);
        alias = new int[count];
        double mass = 0;
        foreach (double weight in threshold)
        {
            mass += weight;
        }

        // Weights fall with rank, so the large ones are a prefix: two cursors take the place of the usual two stacks.
        double scale = count / mass;
        for (int rank = 0; rank < count; rank++)
        {
            threshold[rank] *= scale;
            alias[rank] = rank;
        }

        int large = 0;
        for (int small = count - 1; small > large; small--)
        {
            int needy = small;
            while (threshold[needy] < 1 && alias[needy] == needy && large < small)
            {
                alias[needy] = large;
                threshold[large] -= 1 - threshold[needy];
                if (threshold[large] >= 1)
                {
                    break;
                }

                needy = large++;
            }
        }
    }

    /// <summary>A rank from 0 on, small ones likelier.</summary>
    public int Draw(ref RandomStream random)
    {
        int rank = random.NextInt32(threshold.Length);
        return random.NextDouble() < threshold[rank] ? rank : alias[rank];
    }
}
