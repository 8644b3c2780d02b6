package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.checkpoint.ModelConfig;
import dev.panda.transformer.workshop.training.ExampleFile;
import java.util.List;
import java.util.Locale;

/**
 * The model's {@code README.md}.
 *
 * @param writtenLoss held-out loss of the weights as written
 */
record ModelCard(
    TrainingRequest request,
    TrainingData data,
    ModelConfig config,
    int updatesPerPass,
    TrainingState state,
    double writtenLoss) {
  private static final int MOST_ROWS = 12;

  String text() {
    return String.join(
            "\n\n",
            "---\nlicense: %s\nlanguage: en\npipeline_tag: text-generation\n---"
                .formatted(request.card().licence()),
            "# " + request.output().toAbsolutePath().getFileName(),
            summary(),
            "## What it cannot do",
            limits(),
            "## Data",
            dataTable(),
            "## Training",
            training(),
            lossTable(),
            "## Made with",
            "    " + request.card().command())
        + "\n";
  }

  private String summary() {
    ModelShape shape = request.shape();
    return format(
        "A Llama of %,d weights (width %d, %d layers, %d heads, %d of keys and values, feed-forward"
            + " %d, tied embeddings, context %d), trained from random weights by `train-base` of"
            + " Panda. Its tokenizer has %,d ids: %d special tokens, the 256 bytes, and the first"
            + " %,d merges of `%s`'s byte-level BPE. Weights are bfloat16.",
        shape.weights(config.vocabSize()),
        shape.width(),
        shape.layers(),
        shape.heads(),
        shape.keyValueHeads(),
        shape.feedForward(),
        shape.context(),
        config.vocabSize(),
        BaseTraining.SPECIAL_TOKENS.size(),
        request.merges(),
        request.tokenizerFrom().getFileName());
  }

  private String limits() {
    String measured =
        request.holdOut() == HoldOut.ANSWERS
            ? "Held-out figures are for other answers to the same prompts: they say nothing about"
                + " other prompts."
            : "Held-out figures are for prompts that the model never saw.";
    return format(
        "The model knows the answers to %,d prompts, and little else. To other questions it writes"
            + " fluent sentences that miss the point; do not rely on what it says, even about its training"
            + " prompts. It cannot follow conversations beyond those in its data, and never learned a"
            + " sequence of more than %,d tokens. %s",
        data.prompts(), data.longest(), measured);
  }

  private String dataTable() {
    StringBuilder text = new StringBuilder();
    if (!request.card().about().isBlank()) {
      text.append(request.card().about().strip()).append("\n\n");
    }
    text.append("| file | answers | SHA-256 |\n|---|---|---|");
    for (ExampleFile<Answer> file : data.files()) {
      text.append(
          format(
              "\n| `%s` | %,d | `%s` |", file.name(), file.examples().size(), file.fingerprint()));
    }
    text.append(
        format(
            "\n\n%,d answers to learn, %,d held out (by %s, share %s), %,d left out (%s); %,d lines"
                + " skipped. %,d tokens a pass.",
            data.training().size(),
            data.heldOut().size(),
            request.holdOut(),
            request.validationShare(),
            data.leftOut(),
            request.selection(),
            data.skipped(),
            data.tokens()));
    return text.toString();
  }

  private String training() {
    Settings settings = request.settings();
    return format(
        "Supervised fine-tuning: the loss covers the response's tokens and its end token."
            + " AdamW in float32, β 0.9 and 0.95, weight decay %s, gradients clipped to a norm of"
            + " %s; the learning rate rises to %s in %,d updates and falls to 0 along a cosine."
            + " %,d updates of %d answers (%.1f passes, %,d tokens) in %.1f minutes, %,.0f tokens a"
            + " second. Seed %d. To repeat it, replace the time or passes by `--updates %d`.",
        settings.decay(),
        settings.clip(),
        settings.learningRate(),
        settings.warmUp(),
        state.update(),
        settings.batchSize(),
        (double) state.update() / updatesPerPass,
        state.tokens(),
        state.seconds() / 60,
        state.tokens() / state.seconds(),
        settings.seed(),
        state.update());
  }

  private String lossTable() {
    StringBuilder text =
        new StringBuilder("Loss in nats a token, training and held out:\n\n")
            .append("| update | pass | training | held out |\n|---|---|---|---|");
    List<Measurement> all = state.measurements();
    int every = (all.size() + MOST_ROWS - 1) / MOST_ROWS;
    for (int i = 0; i < all.size(); i++) {
      if ((all.size() - 1 - i) % every == 0) {
        Measurement row = all.get(i);
        text.append(
            format(
                "\n| %,d | %.1f | %.3f | %s |",
                row.update(),
                (double) row.update() / updatesPerPass,
                row.trainingLoss(),
                loss(row.heldOutLoss())));
      }
    }
    text.append(format("\n| as written, bfloat16 | | | %s |", loss(writtenLoss)));
    return text.toString();
  }

  private static String loss(double value) {
    return Double.isNaN(value) ? "–" : format("%.3f", value);
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
