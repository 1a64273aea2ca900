using System.Runtime.InteropServices;

namespace Plumbline.Training;

/// <summary>How each kind of example is written in an <see cref="ExampleFile{T}"/>.</summary>
public static class ExampleFormats
{
    /// <summary>Tokens and weights.</summary>
    public static ExampleFormat<TokenExample> Tokens { get; } = new TokenFormat();

    /// <summary>Two answers, and by how much the better one should win.</summary>
    public static ExampleFormat<ComparedPair> Pairs { get; } = new PairFormat();

    /// <summary>An answer and its label.</summary>
    public static ExampleFormat<PointExample> Points { get; } = new PointFormat();

    /// <summary>A prompt and its row.</summary>
    public static ExampleFormat<PromptExample> Prompts { get; } = new PromptFormat();

    private static void WriteAll<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static T[] ReadAll<T>(BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private sealed class TokenFormat : ExampleFormat<TokenExample>
    {
        public override void Write(BinaryWriter writer, TokenExample example)
        {
            WriteAll(writer, example.Ids);
            WriteAll(writer, example.Weights);
        }

        public override TokenExample Read(BinaryReader reader) => new(ReadAll<int>(reader), ReadAll<float>(reader));
    }

    private sealed class PairFormat : ExampleFormat<ComparedPair>
    {
        public override void Write(BinaryWriter writer, ComparedPair example)
        {
            Tokens.Write(writer, example.Pair.Chosen);
            Tokens.Write(writer, example.Pair.Rejected);
            writer.Write(example.Margin);
            writer.Write(example.Pair.Weight);
        }

        public override ComparedPair Read(BinaryReader reader)
        {
            var (pair, margin) = (new PairExample(Tokens.Read(reader), Tokens.Read(reader)), reader.ReadDouble());
            return new(pair with { Weight = reader.ReadDouble(), Gap = margin }, margin);
        }
    }

    private sealed class PointFormat : ExampleFormat<PointExample>
    {
        public override void Write(BinaryWriter writer, PointExample example)
        {
            Tokens.Write(writer, example.Text);
            writer.Write(example.Label);
        }

        public override PointExample Read(BinaryReader reader) => new(Tokens.Read(reader), reader.ReadDouble());
    }

    private sealed class PromptFormat : ExampleFormat<PromptExample>
    {
        public override void Write(BinaryWriter writer, PromptExample example)
        {
            WriteAll(writer, example.Ids);
            writer.Write(example.Place);
            writer.Write(example.Columns);
        }

        public override PromptExample Read(BinaryReader reader) => new(ReadAll<int>(reader), reader.ReadString(), reader.ReadString());
    }
}
