package dev.panda.basemodel.workshop.models;

import dev.panda.transformer.checkpoint.LayerAttention;
import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.decoder.MemoryNeed;
import dev.panda.transformer.tokenizer.TokenizerSummary;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A {@link ModelReport} as lines for a terminal of 80 columns. */
public final class ReportText {
  private static final int WIDTH = 80;
  private static final int LABEL = 14;
  private static final Pattern CONTROL =
      Pattern.compile("\\p{Cntrl}", Pattern.UNICODE_CHARACTER_CLASS);

  private final ModelReport report;
  private final List<String> lines = new ArrayList<>();

  private ReportText(ModelReport report) {
    this.report = report;
  }

  public static List<String> of(ModelReport report) {
    ReportText text = new ReportText(report);
    text.addModel();
    report.config().ifPresent(text::addShape);
    text.addWeights();
    text.addTexts();
    text.addRefusals();
    text.addMemory();
    text.addRewards();
    return text.lines.stream().map(ReportText::printable).toList();
  }

  /** Shows control characters, which files may hold, so that they cannot steer the terminal. */
  private static String printable(String line) {
    return CONTROL
        .matcher(line)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  private void addModel() {
    lines.add(label("Model") + report.name() + weightsFile());
    lines.add(label("") + report.path());
  }

  private String weightsFile() {
    if (report.files().isEmpty()) {
      return "";
    }
    String format = report.files().get(0).toString().endsWith(".gguf") ? "GGUF" : "safetensors";
    String count = report.files().size() == 1 ? "" : ", " + report.files().size() + " files";
    return " (" + format + count + ", " + ByteSize.of(bytes()) + ")";
  }

  private long bytes() {
    return report.files().stream().map(Path::toFile).mapToLong(File::length).sum();
  }

  private void addShape(ModelConfig config) {
    add("Architecture", "%s: %s".formatted(config.architecture(), report.family().orElse("")));
    add("Parameters", "%,d".formatted(report.parameters()));
    add(
        "Layers",
        "%d of width %,d, feed-forward %,d"
            .formatted(config.numHiddenLayers(), config.hiddenSize(), config.intermediateSize()));
    add(
        "Attention",
        "%d heads of %d, %d for keys and values%s"
            .formatted(
                config.numAttentionHeads(),
                config.headDim(),
                config.numKeyValueHeads(),
                windows(config)));
    add(
        "Vocabulary",
        "%,d tokens, head %s"
            .formatted(
                config.vocabSize(),
                config.tieWordEmbeddings() ? "tied to the embedding" : "of its own"));
    add("Context", "%,d tokens".formatted(config.maxPositionEmbeddings()));
  }

  private static String windows(ModelConfig config) {
    List<LayerAttention> local =
        config.layers().stream().filter(layer -> layer.window().isPresent()).toList();
    if (local.isEmpty()) {
      return "";
    }
    Set<Integer> sizes =
        local.stream().map(layer -> layer.window().getAsInt()).collect(Collectors.toSet());
    return "; %d layers see the last %s tokens"
        .formatted(
            local.size(),
            sizes.stream().sorted().map("%,d"::formatted).collect(Collectors.joining(" or ")));
  }

  private void addWeights() {
    int type = width(report.weights().stream().map(StoredWeights::type).toList());
    String label = "Weights";
    for (StoredWeights weights : report.weights()) {
      String size =
          weights.bytes().isPresent() ? ByteSize.of(weights.bytes().getAsLong()) : "not supported";
      lines.add(
          label(label)
              + "%s %5d %s %10s"
                  .formatted(
                      pad(weights.type(), type),
                      weights.tensors(),
                      weights.tensors() == 1 ? "tensor " : "tensors",
                      size));
      label = "";
    }
  }

  private void addTexts() {
    report.tokenizer().ifPresent(this::addTokenizer);
    add(
        "Chat template",
        report
            .template()
            .map(
                template ->
                    place(template.source())
                        + template
                            .fault()
                            .map(fault -> "; not usable: " + fault)
                            .orElse(", usable"))
            .orElse("none; the model completes text"));
    report.tokenizer().ifPresent(this::addEndTokens);
  }

  private void addTokenizer(TokenizerSummary tokenizer) {
    add(
        "Tokenizer",
        "%s, %,d tokens, from %s"
            .formatted(tokenizer.kind(), tokenizer.vocabularySize(), place(tokenizer.source())));
  }

  private void addEndTokens(TokenizerSummary tokenizer) {
    String tokens =
        tokenizer.endTokens().entrySet().stream()
            .map(token -> token.getKey() + " " + token.getValue())
            .collect(Collectors.joining(", "));
    add("End tokens", tokens.isEmpty() ? "none: every answer goes on to its limit" : tokens);
  }

  /** A file's place beside the model; the model's own path is told once. */
  private String place(String source) {
    String path = report.path().toString();
    if (source.startsWith(path + "/")) {
      return source.substring(path.length() + 1);
    }
    String file = report.path().getFileName().toString();
    return source.startsWith(path) ? file + source.substring(path.length()) : source;
  }

  private void addRefusals() {
    for (String refusal : report.refusals()) {
      lines.add("");
      addWrapped("", "This model cannot be served: " + refusal, 0);
    }
  }

  private void addMemory() {
    if (report.memory().isEmpty()) {
      return;
    }
    lines.add("");
    lines.add("%s%10s%25s".formatted(label("Memory"), "weights", "cache of 1,000 tokens"));
    for (NeededMemory need : report.memory()) {
      String format = label("  " + need.numerics());
      if (need.refusal().isPresent()) {
        addWrapped(format, "  not here: " + reason(need), LABEL + 2);
      } else {
        lines.add(
            "%s%10s%25s".formatted(format, ByteSize.of(need.weights()), ByteSize.of(need.cache())));
      }
    }
    addWrapped(
        "",
        "This machine has %s of main memory.".formatted(ByteSize.of(MemoryNeed.ofMachine())),
        0);
  }

  /** The refusal without what the row says already. */
  private static String reason(NeededMemory need) {
    String refusal = need.refusal().orElseThrow();
    String said = "numerics: " + need.numerics() + " ";
    return refusal.startsWith(said) ? refusal.substring(said.length()) : refusal;
  }

  private void addRewards() {
    lines.add("");
    if (report.rewards().isEmpty()) {
      lines.add("No reward models. `deploy/panda train-reward` makes one.");
      return;
    }
    int name = Math.max("Reward model".length(), width(names()));
    int role = Math.max("role".length(), width(roles()));
    lines.add(
        "%s  %s  %5s  %s"
            .formatted(pad("Reward model", name), pad("role", role), "layer", "accuracy"));
    for (RewardSummary reward : report.rewards()) {
      String layer = reward.layer().isPresent() ? "" + reward.layer().getAsInt() : "–";
      lines.add(
          "%s  %s  %5s  %s"
              .formatted(
                  pad(reward.entry().name(), name),
                  pad(reward.role(), role),
                  layer,
                  accuracy(reward)));
      reward.fault().ifPresent(fault -> addWrapped("  ", fault, 2));
    }
  }

  private List<String> names() {
    return report.rewards().stream().map(reward -> reward.entry().name()).toList();
  }

  private List<String> roles() {
    return report.rewards().stream().map(RewardSummary::role).toList();
  }

  private static String accuracy(RewardSummary reward) {
    return reward
        .accuracy()
        .map(of -> String.format(Locale.ROOT, "%.3f [%.2f, %.2f]", of.value(), of.low(), of.high()))
        .orElse("–");
  }

  private void add(String label, String value) {
    addWrapped(label(label), value, LABEL);
  }

  /** Adds a text in lines of {@link #WIDTH}; lines after the first are indented. */
  private void addWrapped(String first, String text, int indent) {
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(indent));
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
  }

  private static String label(String label) {
    return pad(label, LABEL);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }
}
