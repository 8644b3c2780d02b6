package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.reward.workshop.pairs.PairRecord;
import dev.panda.reward.workshop.training.GuideAndJudge;
import dev.panda.reward.workshop.training.RewardTraining;
import dev.panda.reward.workshop.training.TrainingCuts;
import dev.panda.reward.workshop.training.TrainingOptions;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.loading.Backbone;
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
      "Trains a reward model: a linear head that reads a model's hidden states and predicts which of two"
          + " responses is preferred (Bradley–Terry). --method chooses whether the model is trained too.",
      "",
      "Pairs are JSON Lines, gzipped if the name ends in .gz, one object a line: `messages` (a list of `role` and"
          + " `content`, the user's last), `chosen` and `rejected`. The command chooses the readout (layer and"
          + " pooling) on validation prompts, which it splits off from the pairs. To resume a killed run,"
          + " give the same command again. The same command gives the same reward model.",
      "",
      "Writes reward.json, the card with accuracies and the training record, and head.safetensors; for low-rank"
          + " also adapter_config.json and adapter_model.safetensors, for full also model.safetensors."
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
      description = "Name in requests: lower-case letters, digits, dots, dashes.")
  private String preference;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "FILE",
      description = "File of pairs to train on.")
  private Path data;

  @Option(
      names = "--test",
      paramLabel = "FILE",
      description =
          "File of pairs to evaluate with, with other prompts. With --method head the head is then fitted to"
              + " all training pairs. Without a test file, the validation pairs serve for evaluation and are"
              + " not trained on.")
  private Path test;

  @Option(
      names = "--judge",
      description =
          "Also train a judge, NAME-judge, to evaluate with `score` the answers that this reward model guides."
              + " The judge is a head at another layer or pooling. Each of the two learns from half of the prompts.")
  private boolean judge;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description =
          "For the card: the meaning of a high reward (default: the description that make-pairs wrote beside"
              + " the pairs, or the name of their file).")
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
          "For the card: the origin of the pairs (default: the origin that make-pairs wrote beside the pairs,"
              + " or not stated).")
  private String origin;

  @Option(
      names = "--default-strength",
      defaultValue = "1",
      paramLabel = "C",
      description =
          "For the card: strength to use if a request names none (default: ${DEFAULT-VALUE}).")
  private double defaultStrength;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "N",
      description =
          "Layers to try, from 1; the highest sets the cost of training. Of the layers about as good as the"
              + " best, the lowest is used (default: six, spread over the model).")
  private List<Integer> layers = new ArrayList<>();

  @Option(
      names = "--pooling",
      split = ",",
      defaultValue = "increment",
      paramLabel = "HOW",
      description = {
        "How to read a response (default: ${DEFAULT-VALUE}): increment, the newest token's term in the mean,"
            + " which steers all tokens equally; mean, the mean of the tokens' terms, which is as accurate,"
            + " steers the first tokens most and needs a larger strength; last, the last token's term,"
            + " which predicts the preferred response but hardly steers."
      })
  private List<Pooling> poolings = new ArrayList<>();

  @Option(
      names = "--cuts",
      defaultValue = "quarters",
      paramLabel = "WHICH",
      description =
          "Which beginnings of a pair's responses to learn from, in addition to whole responses (default:"
              + " ${DEFAULT-VALUE}): quarters, 75, 50 and 25 %%; random, three eighths drawn for each prompt;"
              + " every, all eighths.")
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
      description = "Share of the prompts to split off for validation (default: ${DEFAULT-VALUE}).")
  private double validationShare;

  @Option(
      names = "--clipped-share",
      defaultValue = "0.01",
      paramLabel = "SHARE",
      description =
          "With mean and increment: share of the tokens' terms to clip, half at either end; 0 for no clipping"
              + " (default: ${DEFAULT-VALUE}).")
  private double clippedShare;

  @Option(
      names = "--max-pairs",
      defaultValue = "2147483647",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "N",
      description = "Train on a sample of N pairs (default: all).")
  private int maxPairs;

  @Option(
      names = "--max-tokens",
      defaultValue = "1024",
      paramLabel = "N",
      description =
          "Largest number of tokens of prompt and response together; longer responses are cut (default:"
              + " ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--skip-invalid",
      description = "Skip and count unusable pairs instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed for the sample, the split and the intervals (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description = "Folder for cached features (default: cache in $PANDA_HOME, ~/.panda).")
  private Path cache;

  @Override
  public Integer call() {
    check();
    Path path = backbone.path();
    Path folder = output.folder(backbone, preference);
    TrainingOptions options = options(path, folder);
    // Shapes change from batch to batch: specialising for each shape costs more than it saves.
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
    try {
      RewardCard.STRENGTHS.check("--default-strength", defaultStrength);
    } catch (IllegalArgumentException e) {
      throw misuse("%s", e.getMessage());
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
                .orElse("Responses like the preferred ones in " + data.getFileName() + "."),
            Optional.ofNullable(origin).or(() -> made.map(PairRecord::origin)).orElse("not stated"),
            licence,
            defaultStrength,
            CommandText.of(spec.commandLine().getParseResult())),
        seed);
  }
}
