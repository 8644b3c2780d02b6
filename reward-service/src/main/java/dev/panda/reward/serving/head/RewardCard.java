package dev.panda.reward.serving.head;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a reward model's {@code reward.json} says.
 *
 * @param preference its name in requests: lower-case letters, digits, dots, dashes, underscores
 * @param description what a high reward means, for people
 * @param backbone name of the checkpoint whose hidden states it reads
 * @param tokenizerFingerprint of that checkpoint's tokenizer, in hexadecimal
 * @param method absent for {@link TrainingMethod#HEAD}
 * @param defaultStrength recommended strength c of a constant λ, in normalised units
 * @param tokenHead absent where each candidate is read
 * @param training absent where others made it
 */
public record RewardCard(
    @JsonProperty(required = true) String preference,
    @JsonProperty(required = true) String description,
    @JsonProperty(required = true) String backbone,
    @JsonProperty(required = true) String tokenizerFingerprint,
    Optional<TrainingMethod> method,
    @JsonProperty(required = true) Readout readout,
    @JsonProperty(required = true) Calibration calibration,
    @JsonProperty(required = true) double defaultStrength,
    Optional<TokenHeadRecord> tokenHead,
    Optional<TrainingRecord> training) {
  /** Largest number of characters of a preference's name. */
  public static final int LONGEST_PREFERENCE = 64;

  private static final Pattern PREFERENCE = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  public RewardCard {
    requirePreference(preference);
    if (!Double.isFinite(defaultStrength)) {
      throw new IllegalArgumentException(
          "default_strength: " + defaultStrength + " (expected: finite)");
    }
  }

  /**
   * Checks a preference's name.
   *
   * @throws IllegalArgumentException if it cannot be one
   */
  public static void requirePreference(String name) {
    if (!PREFERENCE.matcher(name).matches() || name.length() > LONGEST_PREFERENCE) {
      throw new IllegalArgumentException(
          "preference: %s (expected: %s, at most %d characters)"
              .formatted(name, PREFERENCE, LONGEST_PREFERENCE));
    }
  }

  /** Whether the folder holds weights that take the place of the backbone's. */
  public boolean hasOwnWeights() {
    return method.isPresent() && method.get() != TrainingMethod.HEAD;
  }

  /** Whether it was made to judge what another reward model guides. */
  public boolean judges() {
    return guide().isPresent();
  }

  /** The preference of the reward model that it was made to judge. */
  public Optional<String> guide() {
    return training
        .flatMap(TrainingRecord::counterpart)
        .filter(counterpart -> counterpart.role() == Role.JUDGE)
        .map(TrainingRecord.Counterpart::preference);
  }

  /** Whether another was trained together with this one, the one to judge what the other guides. */
  public boolean wasTrainedWith(RewardCard other) {
    Optional<TrainingRecord.Counterpart> mine = training.flatMap(TrainingRecord::counterpart);
    Optional<TrainingRecord.Counterpart> theirs =
        other.training.flatMap(TrainingRecord::counterpart);
    return mine.isPresent()
        && theirs.isPresent()
        && mine.get().correlation() == theirs.get().correlation()
        && mine.get().responses() == theirs.get().responses();
  }

  /** The same, with how it was made. */
  public RewardCard withTraining(TrainingRecord record) {
    return new RewardCard(
        preference,
        description,
        backbone,
        tokenizerFingerprint,
        method,
        readout,
        calibration,
        defaultStrength,
        tokenHead,
        Optional.of(record));
  }

  /**
   * The same, candidates estimated by a token head.
   *
   * @param name of the preference as it is then served
   */
  public RewardCard withTokenHead(String name, TokenHeadRecord record) {
    return new RewardCard(
        name,
        "%s (token head of %s)".formatted(description, preference),
        backbone,
        tokenizerFingerprint,
        method,
        readout,
        calibration,
        defaultStrength,
        Optional.of(record),
        training);
  }
}
