package dev.panda.reward.workshop.cli;

import dev.panda.reward.workshop.distillation.TokenHeadTraining;
import dev.panda.transformer.reward.OwnWeights;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.TokenHeadRecord;
import dev.panda.transformer.reward.loading.PreferenceFolders;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Distils a token head. */
@Command(
    name = "train-token-head",
    description = {
      "Distils a token head from a reward model. A token head estimates the rewards of all candidates from the"
          + " state before them, so a step costs the reward service one row instead of one for each candidate.",
      "",
      "It learns from responses: answers as `sample` writes them, or pairs as `train-reward` takes them."
          + " Answers of the model to be steered are best. From the state before each token it learns to"
          + " predict what the reward model reads of the token. On at most a fifth of the prompts, held"
          + " out, the command scores the likeliest next tokens one by one and reports how well the"
          + " estimates agree.",
      "",
      "Writes a reward model with a name of its own, which you serve and choose like any other. If the original"
          + " reward model has weights of its own, the new one gets a copy. Whole responses get the same"
          + " rewards from both. After an interruption the command starts from the beginning."
    },
    footer = {
      "  deploy/panda train-token-head -m smollm2 -p comprehensibility -d answers.jsonl",
      "  deploy/panda train-token-head -m smollm2 -p comprehensibility -d answers.jsonl \\",
      "      --layers 15,20 --rank 64 --responses 3000 --name easy-fast"
    })
final class TrainTokenHeadCommand implements Callable<Integer> {
  private static final double VALIDATION_SHARE = 0.2;

  /**
   * Least rank agreement without a caution; a token head that steered as well as its reward model
   * had .7.
   */
  private static final double FAIR = 0.6;

  @Spec private CommandSpec spec;

  @Mixin private BackboneOptions backbone;
  @Mixin private RewardOutput output;

  @Option(
      names = {"-p", "--preference"},
      required = true,
      paramLabel = "NAME",
      description = "The reward model to distil: a name below the model's rewards, or its folder.")
  private String preference;

  @Option(
      names = {"-d", "--data"},
      required = true,
      paramLabel = "FILE",
      description = "File of responses or pairs to learn from.")
  private Path data;

  @Option(
      names = "--licence",
      defaultValue = "not stated",
      paramLabel = "TEXT",
      description = "For the card: licence of the responses (default: ${DEFAULT-VALUE}).")
  private String licence;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name in requests (default: the reward model's name plus -token).")
  private String name;

  @Option(
      names = "--layers",
      split = ",",
      paramLabel = "N",
      description =
          "Layers to try; the highest layer read sets the cost of a step (default: the reward model's).")
  private List<Integer> layers = new ArrayList<>();

  @Option(
      names = "--rank",
      defaultValue = "32",
      paramLabel = "R",
      description = "Number of projections of a state (default: ${DEFAULT-VALUE}).")
  private int rank;

  @Option(
      names = "--responses",
      defaultValue = "2000",
      paramLabel = "N",
      description = "Largest number of responses to learn from (default: ${DEFAULT-VALUE}).")
  private int responses;

  @Option(
      names = "--steps",
      defaultValue = "128",
      paramLabel = "N",
      description =
          "Largest number of steps to read from each response (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = {"-k", "--candidates"},
      defaultValue = "10",
      paramLabel = "K",
      description = "Candidates in each held-out step (default: ${DEFAULT-VALUE}).")
  private int candidates;

  @Option(
      names = "--epochs",
      defaultValue = "10",
      paramLabel = "N",
      description = "Passes over the steps (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--max-tokens",
      defaultValue = "1024",
      paramLabel = "N",
      description =
          "Largest number of tokens of prompt and response together (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--skip-invalid",
      description = "Skip and count unusable lines instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Seed for every random choice (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    requirePositive("--rank", rank);
    requirePositive("--responses", responses);
    requirePositive("--steps", steps);
    requirePositive("--epochs", epochs);
    if (candidates < 2) {
      throw misuse("--candidates: %s (expected: at least 2)", candidates);
    }
    if (maxTokens < 2) {
      throw misuse("--max-tokens: %s (expected: at least 2)", maxTokens);
    }
    Path path = backbone.path();
    Path teacher = new PreferenceFolders(backbone.folders(), path).resolve(preference);
    String served =
        name == null ? RewardModelFolder.readCard(teacher).preference() + "-token" : name;
    requireName(served);
    Path folder = output.folder(backbone, served);
    if (folder.equals(teacher.toAbsolutePath().normalize())) {
      throw misuse(
          "--output: %s is the folder of the original reward model (expected: another folder)",
          folder);
    }
    RewardModel distilled =
        new TokenHeadTraining(
                options(path, teacher, served),
                new ProgressBars(),
                spec.commandLine().getErr()::println)
            .run();
    publish(distilled, teacher, folder);
    print(distilled.card().tokenHead().orElseThrow(), folder);
    output.use(backbone, distilled.card(), folder).ifPresent(spec.commandLine().getOut()::println);
    return 0;
  }

  /**
   * Publishes the complete reward model or nothing: weights without a card would block the next
   * run.
   */
  private static void publish(RewardModel distilled, Path teacher, Path folder) {
    Path work = folder.resolveSibling(folder.getFileName() + ".distilling");
    Path model = work.resolve("model");
    OwnWeights.copy(teacher, model);
    RewardModelFolder.write(model, distilled);
    RewardModelFolder.publish(work, folder);
  }

  private TokenHeadTraining.Options options(Path path, Path teacher, String served) {
    return new TokenHeadTraining.Options(
        path,
        teacher,
        data,
        skipInvalid,
        new TokenHeadTraining.Reading(
            backbone.numerics(),
            backbone.device(),
            backbone.threads(),
            maxTokens,
            responses,
            steps,
            candidates),
        new TokenHeadTraining.Learning(layers, rank, epochs, VALIDATION_SHARE, seed),
        licence,
        served,
        CommandText.of(spec.commandLine().getParseResult()));
  }

  private void print(TokenHeadRecord record, Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "Read after layer %d; %,d training steps, %,d held-out steps of other prompts:%n",
        record.layer(), record.steps(), record.heldOutSteps());
    out.printf("  rank agreement (Spearman)  %.3f%n", record.rankAgreement());
    out.printf(
        "  same best candidate        %.3f (of %d)%n", record.sameBest(), record.candidates());
    out.printf("  variance explained         %.3f%n", record.explained());
    if (record.rankAgreement() < FAIR) {
      out.println(
          "Caution: it agrees too little with its reward model to guide in its place%s. More responses help most."
              .formatted(record.explained() < 0 ? ": a constant would explain more" : ""));
    }
    out.println("Written to " + folder);
  }

  private void requireName(String served) {
    try {
      RewardCard.requirePreference(served);
    } catch (IllegalArgumentException e) {
      throw misuse("--name: %s", e.getMessage());
    }
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw misuse(option + ": %s (expected: at least 1)", value);
    }
  }

  private ParameterException misuse(String message, Object value) {
    return new ParameterException(spec.commandLine(), message.formatted(value));
  }
}
