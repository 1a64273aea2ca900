using System.CommandLine;
using Plumbline.Alignment;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train sft</c>: imitate answers.</summary>
internal static class TrainSftCommand
{
    public static Command Create(Terminal terminal, Rooms rooms)
    {
        var shared = new TrainingInputs(FineTuningMethod.Sft, dataRequired: true, epochs: 3, learningRate: 2e-5, batch: 16);
        var command = new Command("sft", """
            Supervised fine-tuning: make the answers in the data likelier.

            A row has 'prompt' and 'completion', or 'messages' (all answers of the assistant are learnt, unless their 'weight' is 0), or 'text' (all of it is learnt).
            Rows with a 'label' are learnt where it is true.
            """);
        shared.AddTo(command);
        command.SetAction((parsed, cancel) => TrainingRun.RunAsync(terminal, rooms, shared, parsed, request => request, cancel));
        return command.WithExamples(
            ("train sft --model my-model --data chats.jsonl", "three times through the conversations"),
            ("train sft --model my-model --data 'shards/*.parquet' --eval held-out.jsonl --epochs 1 --learning-rate 1e-5", "many files, and the loss on held-out ones before and after"),
            ("train sft --resume runs/sft-20260101-090000-seed1", "go on after Ctrl-C"));
    }
}
