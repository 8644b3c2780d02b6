package dev.panda.transformer.reward;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.panda.transformer.checkpoint.Bounds;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The contents of a reward model's {@code reward.json}.
 *
 * @param preference name of the preference in requests: lower-case letters, digits, dots, dashes,
 *     underscores
 * @param description meaning of a high reward, for people
 * @param backbone name of the checkpoint whose hidden states the model reads
 * @param tokenizerFingerprint of that checkpoint's tokenizer, in hexadecimal
 * @param method empty for {@link TrainingMethod#HEAD}
 * @param defaultStrength recommended strength c of a constant λ, in normalised units
 * @param tokenHead empty if the backbone reads each candidate
 * @param training empty if the model was not made by Panda
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

  /** The interval of {@link #defaultStrength}. */
  public static final Bounds STRENGTHS = Bounds.within(1e6);

  private static final Pattern PREFERENCE = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  public RewardCard {
    requirePreference(preference);
    STRENGTHS.check("default_strength", defaultStrength);
  }

  /**
   * Checks a preference's name.
   *
   * @throws IllegalArgumentException if the name is invalid
   */
  public static void requirePreference(String name) {
    if (!PREFERENCE.matcher(name).matches() || name.length() > LONGEST_PREFERENCE) {
      throw new IllegalArgumentException(
          "preference: %s (expected: %s, at most %d characters)"
              .formatted(name, PREFERENCE, LONGEST_PREFERENCE));
    }
  }

  /** Whether the folder contains weights that replace the backbone's. */
  public boolean hasOwnWeights() {
    return method.isPresent() && method.get() != TrainingMethod.HEAD;
  }

  /** Whether the model judges the output of another, guiding reward model. */
  public boolean judges() {
    return guide().isPresent();
  }

  /** The preference of the guiding reward model that this model judges. */
  public Optional<String> guide() {
    return training
        .flatMap(TrainingRecord::counterpart)
        .filter(counterpart -> counterpart.role() == Role.JUDGE)
        .map(TrainingRecord.Counterpart::preference);
  }

  /** Whether this model and the other were trained together as guide and judge. */
  public boolean wasTrainedWith(RewardCard other) {
    Optional<TrainingRecord.Counterpart> mine = training.flatMap(TrainingRecord::counterpart);
    Optional<TrainingRecord.Counterpart> theirs =
        other.training.flatMap(TrainingRecord::counterpart);
    return mine.isPresent()
        && theirs.isPresent()
        && mine.get().correlation() == theirs.get().correlation()
        && mine.get().responses() == theirs.get().responses();
  }

  /** A copy with a training record. */
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
   * A copy for a model with a token head, which estimates the candidates' rewards.
   *
   * @param name of the copy's preference
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
