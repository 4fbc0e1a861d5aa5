using System.Runtime.CompilerServices;

namespace CranePipeline.Tensors.Kernels;

/// <summary>The element-wise functions that the engine's operations and their gradients are made of.</summary>
internal static class Maps
{
    /// <summary>a itself.</summary>
    internal readonly struct Identity : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => a;
    }

    /// <summary>One number, whatever a is.</summary>
    internal readonly struct Constant(float value) : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Broadcast(value);
    }

    /// <summary>exp(factor · a − b).</summary>
    internal readonly struct ExpShifted(float factor) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a, TVector b)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Exp(TLanes.Subtract(TLanes.Multiply(TLanes.Broadcast(factor), a), b));
    }

    /// <summary>factor · a.</summary>
    internal readonly struct Scaled(float factor) : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(TLanes.Broadcast(factor), a);
    }

    /// <summary>max(a, 0).</summary>
    internal readonly struct Relu : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Max(a, default);
    }

    /// <summary>a where positive, slope · a elsewhere.</summary>
    internal readonly struct LeakyRelu(float slope) : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.WhereGreater(a, default, a, TLanes.Multiply(TLanes.Broadcast(slope), a));
    }

    /// <summary>e^a.</summary>
    internal readonly struct Exp : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Exp(a);
    }

    /// <summary>1 / (1 + e^−a).</summary>
    internal readonly struct Sigmoid : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector>
        {
            TVector one = TLanes.Broadcast(1f);
            return TLanes.Divide(one, TLanes.Add(one, TLanes.Exp(TLanes.Subtract(default, a))));
        }
    }

    /// <summary>1/√a.</summary>
    internal readonly struct InverseRoot : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Divide(TLanes.Broadcast(1f), TLanes.Sqrt(a));
    }

    /// <summary>tanh(a), to about two units in the last place.</summary>
    internal readonly struct Tanh : IMap1
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a)
            where TVector : unmanaged
            where TLanes : ILanes<TVector>
        {
            // Near zero 1 − 2/(e^2x + 1) cancels, so an odd polynomial (a minimax fit of tanh(x)/x in x² on |x| ≤ 0.625) stands there.
            TVector square = TLanes.Multiply(a, a);
            TVector series = TLanes.Broadcast(-5.70498872745e-3f);
            series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(2.06390887954e-2f));
            series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(-5.37397155531e-2f));
            series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(1.33314422036e-1f));
            series = TLanes.MultiplyAdd(series, square, TLanes.Broadcast(-3.33332819422e-1f));
            TVector near = TLanes.MultiplyAdd(TLanes.Multiply(series, square), a, a);

            TVector size = TLanes.Abs(a);
            TVector one = TLanes.Broadcast(1f);
            TVector far = TLanes.Subtract(
                one,
                TLanes.Divide(TLanes.Broadcast(2f), TLanes.Add(TLanes.Exp(TLanes.Add(size, size)), one))
            );
            far = TLanes.WhereGreater(default(TVector), a, TLanes.Subtract(default(TVector), far), far);
            return TLanes.WhereGreater(size, TLanes.Broadcast(0.625f), far, near);
        }
    }

    /// <summary>a + factor · b.</summary>
    internal readonly struct AddScaled(float factor) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a, TVector b)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.MultiplyAdd(TLanes.Broadcast(factor), b, a);
    }

    /// <summary>factor · a · b.</summary>
    internal readonly struct Product(float factor) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a, TVector b)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(TLanes.Multiply(TLanes.Broadcast(factor), a), b);
    }

    /// <summary>(1 − y²) · g: the gradient of tanh by its value.</summary>
    internal readonly struct TanhGradient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector y, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(TLanes.Subtract(TLanes.Broadcast(1f), TLanes.Multiply(y, y)), g);
    }

    /// <summary>g / a.</summary>
    internal readonly struct Quotient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector a, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Divide(g, a);
    }

    /// <summary>y (1 − y) g: the gradient of the logistic function by its value.</summary>
    internal readonly struct SigmoidGradient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector y, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(TLanes.Multiply(y, TLanes.Subtract(TLanes.Broadcast(1f), y)), g);
    }

    /// <summary>g / (1 + e^−x): the gradient of log(1 + e^x).</summary>
    internal readonly struct SoftplusGradient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector x, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(default(Sigmoid).Invoke<TVector, TLanes>(x), g);
    }

    /// <summary>g where x is positive, slope · g elsewhere.</summary>
    internal readonly struct LeakyReluGradient(float slope) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector x, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.WhereGreater(x, default, g, TLanes.Multiply(TLanes.Broadcast(slope), g));
    }

    /// <summary>g where x is positive, else 0.</summary>
    internal readonly struct ReluGradient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector x, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.WhereGreater(x, default(TVector), g, default(TVector));
    }

    /// <summary>−½ y³ g: the gradient of 1/√x by its value.</summary>
    internal readonly struct InverseRootGradient : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector y, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> =>
            TLanes.Multiply(TLanes.Multiply(TLanes.Broadcast(-0.5f), TLanes.Multiply(y, TLanes.Multiply(y, y))), g);
    }

    /// <summary>max(x, 0) · factor, and the gradient's part of it.</summary>
    internal readonly struct ShareGradient(float factor, float shift) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector x, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> =>
            TLanes.WhereGreater(
                x,
                default(TVector),
                TLanes.Multiply(TLanes.Broadcast(factor), TLanes.Subtract(g, TLanes.Broadcast(shift))),
                default(TVector)
            );
    }

    /// <summary>p · (g − shift): the gradient of a softmax by its value.</summary>
    internal readonly struct SoftmaxGradient(float shift) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector p, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> => TLanes.Multiply(p, TLanes.Subtract(g, TLanes.Broadcast(shift)));
    }

    /// <summary>factor · (g − shift · y): the gradient of a normalised row by its value.</summary>
    internal readonly struct NormalGradient(float factor, float shift) : IMap2
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Invoke<TVector, TLanes>(TVector y, TVector g)
            where TVector : unmanaged
            where TLanes : ILanes<TVector> =>
            TLanes.Multiply(TLanes.Broadcast(factor), TLanes.MultiplyAdd(TLanes.Broadcast(-shift), y, g));
    }
}
