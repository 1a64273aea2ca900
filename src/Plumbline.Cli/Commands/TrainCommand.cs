using System.CommandLine;

namespace Plumbline.Cli.Commands;

/// <summary><c>plumbline train</c>: train a model on data of one's own.</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal, Rooms rooms) => RecipeOptions.AddTo(new Command("train", """
        Train a model on your own data: imitate answers, prefer better ones, learn from judged ones, reinforce what a reward likes, or fit a reward model.

        Data are JSON lines (.jsonl, .jsonl.gz) or Parquet. Rows that cannot be understood are skipped, counted and named with file and line; with --strict
        the first ends the run. A recipe names the four choices (model, data, feedback, algorithm) in a file; --list shows those that are shipped. A run that was stopped goes on with --resume and ends with the same weights as one that was not.

        Several processes train one model together under Open MPI's mpirun: mpirun -np 2 plumbline train sft …
        """)
    {
        TrainSftCommand.Create(terminal, rooms),
        TrainDpoCommand.Create(terminal, rooms),
        TrainKtoCommand.Create(terminal, rooms),
        TrainGrpoCommand.Create(terminal, rooms),
        TrainPpoCommand.Create(terminal, rooms),
        TrainOnlineDpoCommand.Create(terminal, rooms),
        TrainRewardCommand.Create(terminal, rooms),
    }, terminal, rooms).WithExamples(
        ("train sft --model my-model --data chats.jsonl --eval held-out.jsonl", "imitate answers"),
        ("train dpo --model my-model --data pairs.parquet", "make better answers likelier than worse ones"),
        ("train kto --model my-model --data labelled.jsonl", "learn from thumbs up and down"),
        ("train reward --model my-model --data pairs.jsonl", "fit a reward model to the same pairs"),
        ("train grpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "reinforce what it likes"),
        ("train online-dpo --model my-model --data prompts.jsonl --reward runs/my-reward/model", "prefer what it likes among answers of the model's own"),
        ("train --list", "the recipes that are shipped"),
        ("train --recipe simpo --data pairs.jsonl --out runs/simpo", "a shipped recipe on your own data"),
        ("train --recipe my.yaml --set algorithm.batch=32 --set algorithm.settings.beta=0.05 --out runs/mine", "a recipe of your own, with two values changed"),
        ("train --recipe simpo --print", "what it says"));
}
