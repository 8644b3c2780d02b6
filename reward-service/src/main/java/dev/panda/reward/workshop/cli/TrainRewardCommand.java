package dev.panda.reward.workshop.cli;

import dev.panda.reward.serving.head.Pooling;
import dev.panda.reward.serving.head.RewardCard;
import dev.panda.reward.serving.head.RewardModel;
import dev.panda.reward.serving.head.RewardModelFolder;
import dev.panda.reward.serving.model.Backbone;
import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.PairRecord;
import dev.panda.reward.workshop.training.GuideAndJudge;
import dev.panda.reward.workshop.training.RewardTraining;
import dev.panda.reward.workshop.training.TrainingCuts;
import dev.panda.reward.workshop.training.TrainingOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a reward head. */
@Command(
    name = "train-reward",
    description = {
      "Trains a reward model: a linear head that reads a model's hidden states and tells which of two responses a"
          + " preference prefers (Bradley–Terry). --method says whether the model is trained with it.",
      "",
      "Pairs are JSON Lines, gzipped where the name ends in .gz, one object a line: `messages` (a list of `role` and"
          + " `content`, the user's last), `chosen` and `rejected`. Where the hidden states are read (layer and pooling)"
          + " is chosen on prompts split off from them. A run that was killed goes on where it stopped when the same command"
          + " is given again, and the same command gives the same reward model.",
      "",
      "Writes reward.json, the card with accuracies and how it was made, and head.safetensors; with low-rank"
          + " adapter_config.json and adapter_model.safetensors, with full model.safetensors."
    },
    footer = {
      "  deploy/panda train-reward -m smollm2 -p comprehensibility -d easier.jsonl",
      "  deploy/panda train-reward -m smollm2 -p harmlessness -d train.jsonl.gz \\",
      "      --test test.jsonl.gz --licence MIT --description \"Harmless answers.\" \\",
      "      --output deploy/models/smollm2/rewards/harmlessness",
      "  deploy/panda train-reward -m smollm2 -p brevity -d pairs.jsonl \\",
      "      --layers 10,15 --max-pairs 1000",
      "  deploy/panda train-reward -m smollm2 -p easy -d easier.jsonl \\",
      "      --method low-rank --layers 15 --max-pairs 500"
    })
final class TrainRewardCommand implements Callable<Integer> {
  private static final String JUDGE = "-judge";

  @Spec private CommandSpec spec;

  @Mixin private BackboneOptions backbone;
  @Mixin private AdaptationArguments adaptation;
  @Mixin private RewardOutput output;

  @Option(
      names = {"-p", "--preference"},
      required = true,
      paramLabel = "NAME",
      description = "What it is called in requests: lower-case letters, digits, dots, dashes.")
  private String preference;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "FILE",
      description = "Pairs to train on.")
  private Path data;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description =
          "Pairs to evaluate with, of other prompts. The head alone is then fit to all training pairs; without it, the"
              + " pairs split off evaluate and are not trained on.")
  private Path test;

  @Option(
      names = "--judge",
      description =
          "Train a second reward model, NAME-judge, to judge with `score` what this one guides: a head from the other half"
              + " of the prompts, read at another layer or pooling. Each learns from half of the prompts.")
  private boolean judge;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description =
          "For the card: what a high reward means (default: what make-pairs wrote beside its pairs, or their file).")
  private String description;

  @Option(
      names = "--licence",
      defaultValue = "not stated",
      paramLabel = "TEXT",
      description = "For the card: licence of the pairs (default: ${DEFAULT-VALUE}).")
  private String licence;

  @Option(
      names = "--origin",
      paramLabel = "TEXT",
      description =
          "For the card: where the pairs come from (default: what make-pairs wrote beside its pairs, or not stated).")
  private String origin;

  @Option(
      names = "--default-strength",
      defaultValue = "1",
      paramLabel = "C",
      description =
          "For the card: strength where a request names none (default: ${DEFAULT-VALUE}).")
  private double defaultStrength;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "N",
      description =
          "Layers to try, from 1; the highest sets the cost. Of layers about as good as the best the lowest is read"
              + " (default: six, spread over the model).")
  private List<Integer> layers = new ArrayList<>();

  @Option(
      names = "--pooling",
      split = ",",
      defaultValue = "increment",
      paramLabel = "HOW",
      description = {
        "How to read a response (default: ${DEFAULT-VALUE}): increment, the newest token's term of the mean, which pulls"
            + " each token alike; mean, the mean of its tokens' terms, as accurate, which pulls the first tokens hardest and"
            + " wants a larger strength; last, the last token's term, which tells pairs apart and hardly steers."
      })
  private List<Pooling> poolings = new ArrayList<>();

  @Option(
      names = "--cuts",
      defaultValue = "quarters",
      paramLabel = "WHICH",
      description =
          "Which beginnings of a pair's responses are learned beside the whole (default: ${DEFAULT-VALUE}): quarters, 75,"
              + " 50 and 25 %%; random, three eighths drawn for each prompt; every, all eighths.")
  private TrainingCuts cuts;

  @Option(
      names = "--penalties",
      split = ",",
      defaultValue = "1,0.3,0.1,0.03,0.01",
      paramLabel = "L2",
      description = "L2 penalties to try, on standardised features (default: ${DEFAULT-VALUE}).")
  private List<Double> penalties = new ArrayList<>();

  @Option(
      names = "--validation-share",
      defaultValue = "0.2",
      paramLabel = "SHARE",
      description =
          "Share of the prompts that is split off to choose with (default: ${DEFAULT-VALUE}).")
  private double validationShare;

  @Option(
      names = "--clipped-share",
      defaultValue = "0.01",
      paramLabel = "SHARE",
      description =
          "Share of the tokens' terms that is clipped, half at either end, with mean and increment; 0 for no clip"
              + " (default: ${DEFAULT-VALUE}).")
  private double clippedShare;

  @Option(
      names = "--max-pairs",
      defaultValue = "2147483647",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "N",
      description = "Train on a draw of so many pairs (default: all).")
  private int maxPairs;

  @Option(
      names = "--max-tokens",
      defaultValue = "1024",
      paramLabel = "N",
      description =
          "Longest prompt and response together; longer responses are cut (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--skip-invalid",
      description = "Pass over pairs that cannot be used and count them, instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed of the draw, the split and the intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "Where features are kept (default: cache in $PANDA_HOME, ~/.panda).")
  private Path cache;

  @Override
  public Integer call() {
    check();
    Path path = backbone.path();
    Path folder = output.folder(backbone, preference);
    TrainingOptions options = options(path, folder);
    // Shapes change from batch to batch: specialising for each costs more than it gains.
    if (System.getProperty("ai.djl.pytorch.graph_optimizer") == null) {
      System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    }
    PrintWriter err = spec.commandLine().getErr();
    if (judge) {
      String judging = preference + JUDGE;
      RewardCard.requirePreference(judging);
      Path beside = output.beside(backbone, folder, judging, JUDGE);
      GuideAndJudge.Both both =
          new GuideAndJudge(options, judging, new ProgressBars(), err::println).run();
      RewardModelFolder.write(beside, both.judge());
      publish(both.guide(), options, folder);
      print(both.guide(), folder);
      print(both.judge(), beside);
    } else {
      RewardModel trained = new RewardTraining(options, new ProgressBars(), err::println).run();
      publish(trained, options, folder);
      print(trained, folder);
    }
    return 0;
  }

  private static void publish(RewardModel trained, TrainingOptions options, Path folder) {
    if (options.adaptation().isPresent()) {
      RewardModelFolder.write(options.adaptation().get().model(), trained);
      RewardModelFolder.publish(options.adaptation().get().work(), folder);
    } else {
      RewardModelFolder.write(folder, trained);
    }
  }

  private void print(RewardModel trained, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    new TrainingTable(trained.card(), trained.card().training().orElseThrow())
        .lines()
        .forEach(out::println);
    out.println("Written to " + folder);
    output.use(backbone, trained.card(), folder).ifPresent(out::println);
  }

  private void check() {
    RewardCard.requirePreference(preference);
    if (!Double.isFinite(defaultStrength)) {
      throw misuse("--default-strength: %s (expected: finite)", defaultStrength);
    }
    if (!(validationShare > 0 && validationShare < 1)) {
      throw misuse("--validation-share: %s (expected: above 0, below 1)", validationShare);
    }
    if (!(clippedShare >= 0 && clippedShare < 1)) {
      throw misuse("--clipped-share: %s (expected: 0 to below 1)", clippedShare);
    }
    if (!penalties.stream().allMatch(p -> p > 0 && p < Double.POSITIVE_INFINITY)) {
      throw misuse("--penalties: %s (expected: above 0)", penalties);
    }
    if (maxPairs < 2) {
      throw misuse("--max-pairs: %s (expected: at least 2)", maxPairs);
    }
    if (maxTokens < 2) {
      throw misuse("--max-tokens: %s (expected: at least 2)", maxTokens);
    }
  }

  private ParameterException misuse(String message, Object value) {
    return new ParameterException(spec.commandLine(), message.formatted(value));
  }

  private TrainingOptions options(Path path, Path folder) {
    Optional<PairRecord> made = PairRecord.of(data);
    return new TrainingOptions(
        new TrainingOptions.Model(
            path,
            Backbone.name(path),
            backbone.numerics(),
            backbone.device(),
            backbone.threads(),
            maxTokens,
            cache == null ? BackboneOptions.cache(System.getenv()) : cache),
        new PairFiles(data, Optional.ofNullable(test), Optional.empty(), maxPairs, skipInvalid),
        new TrainingOptions.Search(
            layers, poolings, cuts, penalties, validationShare, Optional.empty(), clippedShare),
        adaptation.options(folder.toAbsolutePath(), backbone.device()),
        new TrainingOptions.Card(
            preference,
            Optional.ofNullable(description)
                .or(() -> made.map(PairRecord::description))
                .orElse("Responses as preferred in " + data.getFileName() + "."),
            Optional.ofNullable(origin).or(() -> made.map(PairRecord::origin)).orElse("not stated"),
            licence,
            defaultStrength,
            CommandText.of(spec.commandLine().getParseResult())),
        seed);
  }
}
