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
      "Trains a small Llama from scratch on answers, by supervised fine-tuning, and writes it as a Hugging Face folder"
          + " that the base-model service serves.",
      "Answers are JSON Lines with `messages` and `response`, as `deploy/panda sample` writes them: other fields are passed"
          + " over, but for `finish_reason`: an answer that came to its end token teaches to end there, one that was"
          + " cut at the length limit does not. Prompts are read, not learned.",
      "A few million weights learn a narrow domain to fluency: some thousand short answers to some hundred questions"
          + " in a quarter of an hour on two cores. They do not learn the world; the model's card says so.",
      "Interrupted at any moment, the same command goes on where it stopped and comes to the same weights: its state"
          + " lies beside the output, under its name with `.training`."
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
  /** What shells say of a process that Ctrl-C ended. */
  private static final int STOPPED = 130;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "Answers to learn; may be gzipped (.gz). May be repeated.")
  private List<Path> data;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the model goes; must not exist. Its last name is the model's.")
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
            "Train about so long. When the warm-up is over, the number of updates is judged by their speed until"
                + " then, and stays; the card names it.")
    private Double minutes;

    @Option(
        names = "--passes",
        required = true,
        paramLabel = "N",
        description = "Learn every answer so many times; may be a fraction.")
    private Double passes;

    @Option(
        names = "--updates",
        required = true,
        paramLabel = "N",
        description = "Train so many updates.")
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
      description = "Pass over lines that cannot be used, and count them, instead of stopping.")
  private boolean skipInvalid;

  @Option(
      names = "--cut-answers",
      defaultValue = "learn",
      paramLabel = "HOW",
      description =
          "What becomes of answers that were cut at the length limit: learn (as far as they go), shorten (they end"
              + " with their last whole sentence, and teach to end there), leave-out (default: ${DEFAULT-VALUE}).")
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
          "Leave out answers in which this is found, as in '\\b(I|AI)\\b' (Java's regular expressions).")
  private Pattern leftOut;

  @Option(
      names = "--answers-per-prompt",
      defaultValue = "2147483647",
      showDefaultValue = Visibility.NEVER,
      paramLabel = "N",
      description =
          "Use at most so many answers to each prompt (default: all). Fewer are learned by heart sooner.")
  private int answersPerPrompt;

  @Option(
      names = "--hold-out",
      defaultValue = "answers",
      paramLabel = "WHAT",
      description =
          "What is kept from training to measure on: answers (others to the same prompts are learned: right for a"
              + " model that is to answer exactly its prompts) or prompts (with all of their answers: right for a"
              + " model that is to answer new ones) (default: ${DEFAULT-VALUE}).")
  private HoldOut holdOut;

  @Option(
      names = "--validation-share",
      defaultValue = "0.03",
      paramLabel = "SHARE",
      description = "Share that is held out, 0 for nothing (default: ${DEFAULT-VALUE}).")
  private double validationShare;

  @Option(
      names = "--tokenizer-from",
      defaultValue = "smollm2",
      paramLabel = "MODEL",
      description =
          "Model whose byte-level BPE tokenizer is reduced: a name, a folder or a GGUF file (default:"
              + " ${DEFAULT-VALUE}).")
  private String tokenizerFrom;

  @Option(
      names = "--merges",
      defaultValue = "4000",
      paramLabel = "N",
      description = "Merges of it that are kept, the first ones (default: ${DEFAULT-VALUE}).")
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
      description = "Answers of an update (default: ${DEFAULT-VALUE}).")
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
      description = "Updates until the peak; then it falls to 0 (default: ${DEFAULT-VALUE}).")
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
      description = "Largest norm of a gradient (default: ${DEFAULT-VALUE}).")
  private double clip;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Seed of initial weights, held-out answers and batches: the same seed, data, settings and threads give the"
              + " same weights (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--save-every",
      defaultValue = "60",
      paramLabel = "SECONDS",
      description = "Least time from one saved state to the next (default: ${DEFAULT-VALUE}).")
  private long saveEvery;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "CPU threads of one operation (default: one a processor).")
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
      description = "Where the data come from, for the model's card.")
  private String about;

  @Override
  public Integer call() {
    TrainingRequest request = checked(this::request);
    // Shapes change from batch to batch: specialising for each costs more than it gains.
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

  /** An option that does not hold is a wrong call, not a failure. */
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

  /** The command as it was given, words with blanks quoted. */
  private String command() {
    return spec.commandLine().getParent().getParseResult().originalArgs().stream()
        .map(word -> word.matches("[\\w./:=+-]+") ? word : "'" + word + "'")
        .collect(Collectors.joining(" ", "deploy/panda ", ""));
  }
}
