package dev.panda.reward.workshop.cli;

import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.HeldOutAccuracy;
import dev.panda.transformer.reward.Readout;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.Role;
import dev.panda.transformer.reward.TrainingRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The results of a training as text for people. */
record TrainingTable(RewardCard card, TrainingRecord record) {
  private static final int SHOWN_READOUTS = 3;

  private static final double GUESSING = 0.5;

  /** With fewer prompts, a bootstrap does not show how much other prompts would differ. */
  private static final int FEWEST_PROMPTS = 20;

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Readout readout = card.readout();
    lines.add(
        "%s: read after layer %d, %s%s"
            .formatted(
                card.preference(),
                readout.layer(),
                name(readout.pooling()),
                readout
                    .clip()
                    .map(c -> format(", terms clipped to [%.3g, %.3g]", c.low(), c.high()))
                    .orElse("")));
    selection(lines);
    record.adaptation().ifPresent(adaptation -> adaptation(lines, adaptation));
    record
        .calibration()
        .map(
            sample ->
                format(
                    "Calibrated on %d training responses, %,d tokens, %s.",
                    sample.responses(),
                    sample.tokens(),
                    sample.readAgain()
                        ? "read again with the trained weights"
                        : "read with the features, in one pass"))
        .ifPresent(lines::add);
    lines.add("");
    accuracies(lines);
    record.counterpart().ifPresent(other -> lines.add(counterpart(other)));
    return lines;
  }

  private void selection(List<String> lines) {
    TrainingRecord.Selection selection = record.selection();
    lines.add(
        "Chosen on %d validation pairs of %d prompts: the lowest layer about as good as the best of %d readouts%s:"
            .formatted(
                selection.pairs(),
                selection.prompts(),
                selection.searched().size(),
                card.judges() ? ", without the guide's" : ""));
    selection.searched().stream()
        .limit(SHOWN_READOUTS)
        .forEach(
            r ->
                lines.add(
                    format(
                        "  layer %2d, %-9s  accuracy %.3f (mean of 100, 75, 50, 25 %%)",
                        r.layer(), name(r.pooling()), r.accuracy())));
    lines.add(
        "Fitted to %d pairs of %d prompts, %s."
            .formatted(
                record.data().pairs(),
                record.data().prompts(),
                selection.refit()
                    ? "including the validation pairs"
                    : "without the validation pairs"));
  }

  private void adaptation(List<String> lines, TrainingRecord.Adaptation adaptation) {
    lines.add(
        format(
            "Trained %,d weights in %d updates; accuracy on the validation pairs:",
            adaptation.weights(), adaptation.updates()));
    adaptation
        .measurements()
        .forEach(
            m ->
                lines.add(
                    format(
                        "  after update %4d  accuracy %.3f, loss %.3f%s",
                        m.update(),
                        m.accuracy(),
                        m.loss(),
                        m.update() == adaptation.bestUpdate() ? "  kept" : "")));
  }

  private void accuracies(List<String> lines) {
    TrainingRecord.Evaluation evaluation = record.evaluation();
    lines.add(
        "Accuracy on %d pairs of %d prompts%s, 95 %% intervals by prompt:"
            .formatted(
                evaluation.pairs(),
                evaluation.prompts(),
                evaluation.sha256().equals(record.data().sha256())
                    ? " (validation pairs, which also chose the readout)"
                    : " from " + evaluation.file()));
    lines.add(row("share of the response", a -> a.percent() + " %"));
    lines.add(row("reward model", a -> cell(a.head())));
    lines.add(row("bag of words", a -> cell(a.bagOfWords())));
    lines.add(row("word count", a -> cell(a.wordCount())));
    lines.add(format("Calibration error %.3f.", evaluation.calibrationError()));
    if (evaluation.prompts() < FEWEST_PROMPTS) {
      lines.add(
          "Caution: %d prompts are too few for reliable figures and intervals; use %d or more."
              .formatted(evaluation.prompts(), FEWEST_PROMPTS));
    }
    worth(evaluation.accuracies().get(0)).ifPresent(lines::add);
  }

  /** A caution about the reward model, if there is reason for one. */
  private static Optional<String> worth(HeldOutAccuracy whole) {
    if (whole.head().low() <= GUESSING) {
      return Optional.of(
          "Caution: the model may be guessing, because the interval for whole responses includes 0.5. More"
              + " pairs help, and pairs that differ more clearly; some preferences need a larger model.");
    }
    Accuracy bag = whole.bagOfWords();
    Accuracy count = whole.wordCount();
    if (whole.head().value() <= Math.max(bag.value(), count.value())) {
      return Optional.of(
          "Caution: %s is as accurate on whole responses."
              .formatted(bag.value() > count.value() ? "bag of words" : "word count"));
    }
    return Optional.empty();
  }

  private static String counterpart(TrainingRecord.Counterpart other) {
    return format(
        "%s %s: correlation of rewards %.3f (ranks %.3f) over %d held-out responses.",
        other.role() == Role.GUIDE ? "Judged by" : "Judges",
        other.preference(),
        other.correlation(),
        other.rankCorrelation(),
        other.responses());
  }

  private String row(String name, Function<HeldOutAccuracy, String> cell) {
    StringBuilder row = new StringBuilder("  %-24s".formatted(name));
    record.evaluation().accuracies().forEach(a -> row.append("%-20s".formatted(cell.apply(a))));
    return row.toString().stripTrailing();
  }

  private static String cell(Accuracy accuracy) {
    return format("%.3f [%.2f, %.2f]", accuracy.value(), accuracy.low(), accuracy.high());
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
