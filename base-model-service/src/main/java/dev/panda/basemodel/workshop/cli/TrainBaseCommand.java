package dev.panda.basemodel.workshop.cli;

import dev.panda.basemodel.workshop.training.BaseTraining;
import dev.panda.basemodel.workshop.training.Budget;
import dev.panda.basemodel.workshop.training.CutAnswers;
import dev.panda.basemodel.workshop.training.HoldOut;
import dev.panda.basemodel.workshop.training.ModelShape;
import dev.panda.basemodel.workshop.training.Selection;
import dev.panda.basemodel.workshop.training.Settings;
import dev.panda.basemodel.workshop.training.TrainedModel;
import dev.panda.basemodel.workshop.training.TrainingRequest;
import dev.panda.transformer.checkpoint.ModelFolders;
import dev.panda.transformer.workshop.training.Interruption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a small base model from scratch. */
@Command(
    name = "train-base",
    description = {
      "Trains a small Llama from scratch on answers, by supervised fine-tuning, and writes a Hugging Face folder"
          + " that the base-model service can serve.",
      "Answers are JSON Lines with `messages` and `response`, as `deploy/panda sample` writes them. Of the other fields"
          + " only `finish_reason` is read: an answer that ended with its end token teaches the model to end there;"
          + " an answer cut at the length limit does not. The model reads prompts but does not learn to write them.",
      "A few million weights learn a narrow domain to fluency: some thousand short answers to some hundred questions"
          + " in a quarter of an hour on two cores. They do not learn general knowledge; the model's card says so.",
      "If you interrupt the command, run it again: it resumes where it stopped and arrives at the same weights. Its"
          + " state lies beside the output, in a folder with the output's name plus `.training`."
    },
    footer = {
      "  deploy/panda sample --prompts questions.jsonl --output answers.jsonl \\",
      "      --samples 25 --max-tokens 90 --concurrency 32",
      "  deploy/panda train-base --data answers.jsonl --output my-model --minutes 15",
      "  deploy/panda train-base --data answers.jsonl.gz --output small --passes 8 \\",
      "      --width 128 --layers 4 --feed-forward 352",
      "  deploy/panda train-base --data answers.jsonl --output unseen --minutes 15 \\",
      "      --hold-out prompts --validation-share 0.1"
    })
final class TrainBaseCommand implements Callable<Integer> {
  /** The exit code that shells report for a process that Ctrl-C ended. */
  private static final int STOPPED = 130;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "File of answers to learn from; may be gzipped (.gz). Can be given several times.")
  private List<Path> data;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description =
          "Folder for the model; must not exist. The last part of its path names the model.")
  private Path output;

  @ArgGroup(multiplicity = "1")
  private Length length;

  /** How long to train. */
  static final class Length {
    @Option(
        names = "--minutes",
        required = true,
        paramLabel = "N",
        description =
            "Train for about N minutes. The speed during the warm-up determines the number of updates, which then"
                + " stays fixed; the card names it.")
    private Double minutes;

    @Option(
        names = "--passes",
        required = true,
        paramLabel = "N",
        description = "Learn every answer N times; may be a fraction.")
    private Double passes;

    @Option(
        names = "--updates",
        required = true,
        paramLabel = "N",
        description = "Train for N updates.")
    private Long updates;

    Budget budget() {
      if (minutes != null) {
        return new Budget.Time(Duration.ofMillis(Math.round(minutes * 60_000)));
      }
      return passes != null ? new Budget.Passes(passes) : new Budget.Updates(updates);
    }
  }

  @Option(
      names = "--skip-invalid",
      description = "Skip and count unusable lines instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--cut-answers",
      defaultValue = "learn",
      paramLabel = "HOW",
      description =
          "What to do with answers that were cut at the length limit: learn (learn them as they are), shorten (cut them"
              + " after their last complete sentence and learn to end there), leave-out (default: ${DEFAULT-VALUE}).")
  private CutAnswers cutAnswers;

  @Option(
      names = "--min-words",
      defaultValue = "1",
      paramLabel = "N",
      description = "Leave out shorter answers (default: ${DEFAULT-VALUE}).")
  private int minWords;

  @Option(
      names = "--leave-out",
      paramLabel = "REGEX",
      description =
          "Leave out answers that contain a match, as for '\\b(I|AI)\\b' (Java's regular expressions).")
  private Pattern leftOut;

  @Option(
      names = "--answers-per-prompt",
      defaultValue = "2147483647",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "N",
      description =
          "Use at most N answers to each prompt (default: all). The model memorises fewer answers sooner.")
  private int answersPerPrompt;

  @Option(
      names = "--hold-out",
      defaultValue = "answers",
      paramLabel = "WHAT",
      description =
          "What to hold out for measuring: answers (other answers to the same prompts are learned; right for a"
              + " model that answers exactly its prompts) or prompts (with all of their answers; right for a"
              + " model that answers new prompts) (default: ${DEFAULT-VALUE}).")
  private HoldOut holdOut;

  @Option(
      names = "--validation-share",
      defaultValue = "0.03",
      paramLabel = "SHARE",
      description = "Share to hold out, 0 for none (default: ${DEFAULT-VALUE}).")
  private double validationShare;

  @Option(
      names = "--tokenizer-from",
      defaultValue = "smollm2",
      paramLabel = "MODEL",
      description =
          "Model whose byte-level BPE tokenizer to reduce: a name, a folder or a GGUF file (default:"
              + " ${DEFAULT-VALUE}).")
  private String tokenizerFrom;

  @Option(
      names = "--merges",
      defaultValue = "4000",
      paramLabel = "N",
      description =
          "Number of the tokenizer's merges to keep, from the first (default: ${DEFAULT-VALUE}).")
  private int merges;

  @Option(
      names = "--width",
      defaultValue = "256",
      paramLabel = "N",
      description = "Width of a hidden state (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--layers",
      defaultValue = "6",
      paramLabel = "N",
      description = "Number of blocks (default: ${DEFAULT-VALUE}).")
  private int layers;

  @Option(
      names = "--heads",
      defaultValue = "4",
      paramLabel = "N",
      description = "Query heads (default: ${DEFAULT-VALUE}).")
  private int heads;

  @Option(
      names = "--key-value-heads",
      defaultValue = "2",
      paramLabel = "N",
      description = "Key and value heads, a divisor of --heads (default: ${DEFAULT-VALUE}).")
  private int keyValueHeads;

  @Option(
      names = "--feed-forward",
      defaultValue = "704",
      paramLabel = "N",
      description = "Width of the feed-forward layers (default: ${DEFAULT-VALUE}).")
  private int feedForward;

  @Option(
      names = "--context",
      defaultValue = "512",
      paramLabel = "N",
      description =
          "Longest prompt and response together, in tokens; longer answers are cut (default: ${DEFAULT-VALUE}).")
  private int context;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "N",
      description = "Answers in each update (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.002",
      paramLabel = "R",
      description = "Peak of the learning rate (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--warm-up",
      defaultValue = "60",
      paramLabel = "N",
      description =
          "Updates until the learning rate peaks; then it falls to 0 (default: ${DEFAULT-VALUE}).")
  private long warmUp;

  @Option(
      names = "--decay",
      defaultValue = "0.1",
      paramLabel = "D",
      description = "Weight decay of matrices (default: ${DEFAULT-VALUE}).")
  private double decay;

  @Option(
      names = "--clip",
      defaultValue = "1",
      paramLabel = "C",
      description = "Largest norm of the gradient (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Seed for initial weights, held-out answers and batches. The same seed, data, settings and threads give the"
              + " same weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--save-every",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "Shortest time between two saved states (default: ${DEFAULT-VALUE}).")
  private long saveEvery;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads for one operation (default: one for each processor).")
  private Integer threads;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "cpu, cuda, cuda:1 … (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--licence",
      defaultValue = "unknown",
      paramLabel = "NAME",
      description =
          "The model's licence, for its card, such as apache-2.0 (default: ${DEFAULT-VALUE}).")
  private String licence;

  @Option(
      names = "--about",
      defaultValue = "",
      paramLabel = "TEXT",
      description = "Origin of the data, for the model's card.")
  private String about;

  @Override
  public Integer call() {
    TrainingRequest request = checked(this::request);
    // Shapes change from batch to batch: specialising for each shape costs more than it saves.
    if (System.getProperty("ai.djl.pytorch.graph_optimizer") == null) {
      System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
    }
    try (Interruption interruption = new Interruption();
        BarProgress progress = new BarProgress(interruption)) {
      Optional<TrainedModel> trained = BaseTraining.run(request, progress);
      trained.ifPresent(this::print);
      return trained.isPresent() ? 0 : STOPPED;
    }
  }

  private void print(TrainedModel trained) {
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "%s: %,d weights, %.1f MB; %,d updates in %.1f minutes; loss %.3f%s.%n",
            trained.folder(),
            trained.weights(),
            trained.bytes() / 1e6,
            trained.updates(),
            trained.seconds() / 60,
            trained.trainingLoss(),
            Double.isNaN(trained.heldOutLoss())
                ? ""
                : String.format(Locale.ROOT, ", held out %.3f", trained.heldOutLoss()));
  }

  private TrainingRequest request() {
    return new TrainingRequest(
        data,
        skipInvalid,
        new Selection(cutAnswers, minWords, Optional.ofNullable(leftOut), answersPerPrompt),
        tokenizer(),
        merges,
        new ModelShape(width, layers, heads, keyValueHeads, feedForward, context),
        holdOut,
        validationShare,
        new Settings(batch, learningRate, warmUp, decay, clip, seed, length.budget()),
        output,
        Duration.ofSeconds(saveEvery),
        device,
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        new TrainingRequest.Card(licence, about, command()));
  }

  /** Parses an option; an invalid value is wrong usage, not a failure. */
  private <T> T checked(Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Path tokenizer() {
    return ModelFolders.ofProcess().resolve(tokenizerFrom);
  }

  /** The command line; words with blanks are quoted. */
  private String command() {
    return spec.commandLine().getParent().getParseResult().originalArgs().stream()
        .map(word -> word.matches("[\\w./:=+-]+") ? word : "'" + word + "'")
        .collect(Collectors.joining(" ", "deploy/panda ", ""));
  }
}
