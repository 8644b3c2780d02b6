package dev.panda.reward.serving.config;

import dev.panda.transformer.engine.PrefixSharing;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.time.DurationMin;

/** What the service serves, and how. An unknown key below the prefix ends the start. */
@ConfigMapping(prefix = "panda.reward")
public interface RewardConfig {

  /**
   * The backbone: a name below one of the model roots, or the path of a folder or GGUF file. A
   * sequence classifier is a reward model whose backbone is itself.
   */
  @NotBlank
  String model();

  /**
   * The label of a sequence classifier whose score, the raw logit, is the reward: one of the names
   * in {@code id2label} of its {@code config.json}. Required if the classifier has several labels
   * and is to be served; unset is the only label.
   */
  Optional<String> label();

  /** Folders in which the service looks for models by name, in this order. */
  @WithDefault("deploy/models,${panda.home:${user.home}/.panda}/models")
  List<Path> modelRoots();

  /**
   * The reward models: names below {@code rewards} of the backbone's folder in one of the model
   * roots, or paths of folders. Unset is all of them except judges and reward models with weights
   * of their own. A reward model with weights of its own must be the only one named.
   */
  Optional<List<String>> preferences();

  /**
   * Numeric format of the weights: {@code float32}, {@code bfloat16}, {@code float16}, {@code
   * int8}, {@code int4}, or {@code auto} for the fastest that chooses nearly the same as float32.
   */
  @WithDefault("auto")
  @Pattern(regexp = "auto|float32|bfloat16|float16|int8|int4")
  String numerics();

  /** The file that keeps how fast formats are on this machine, for {@code auto}. */
  @WithDefault("${panda.home:${user.home}/.panda}/numerics.json")
  Path measurements();

  /** Where the model runs: {@code cpu}, {@code cuda}, or {@code cuda:1} and so on. */
  @WithDefault("cpu")
  @Pattern(regexp = "cpu|cuda(:\\d{1,3})?")
  String device();

  /** CPU threads of one operation, at least 1; unset is one for each processor. */
  @Min(1)
  OptionalInt threads();

  /** Tokens that all open sequences together may reserve in the cache, at least 1. */
  @WithDefault("16384")
  @Min(1)
  int cacheTokens();

  /**
   * Largest number of tokens that one forward pass computes, above {@code max-candidates}, at least
   * 2.
   */
  @WithDefault("512")
  @Min(2)
  int roundTokens();

  /**
   * How long a forward pass should take at most while sequences decode; long prompts are computed
   * in parts that keep to it. Positive.
   */
  @WithDefault("500ms")
  @DurationMin(millis = 1)
  Duration roundTime();

  /**
   * Whose sequences share the cache of a common beginning: {@code everyone}, {@code owner} for
   * those of one connection, or {@code nobody}. A client that measures times can tell that others
   * with whom it shares have sent the same beginning.
   */
  @WithDefault("everyone")
  PrefixSharing prefixes();

  /** How long an open waits for room in the cache before it is refused; zero or more. */
  @WithDefault("10s")
  @DurationMin
  Duration openTimeout();

  /**
   * How long a stream waits for its client's next message, or for the client to read an answer,
   * before it ends; positive.
   */
  @WithDefault("60s")
  @DurationMin(millis = 1)
  Duration idleTimeout();

  /**
   * Share of the cache that the calls of one connection may reserve together, above 0, at most 1;
   * one sequence alone may always be larger.
   */
  @WithDefault("0.9")
  @DecimalMin(value = "0", inclusive = false)
  @DecimalMax("1")
  double connectionShare();

  /**
   * Largest number of candidates in a message, at least 1, below {@code round-tokens} and {@code
   * cache-tokens}.
   */
  @WithDefault("256")
  @Min(1)
  int maxCandidates();

  /** Largest number of preferences in a request, at least 1. */
  @WithDefault("16")
  @Min(1)
  int maxPreferences();

  /** Largest number of finished responses in a request, at least 1. */
  @WithDefault("256")
  @Min(1)
  int maxResponses();

  /**
   * Largest message that the service reads, in bytes, at least 1. The transport's own limit, {@code
   * quarkus.grpc.server.max-inbound-message-size}, must be above it.
   */
  @WithDefault("4M")
  MemorySize maxMessageSize();

  /** Checks the items that no annotation of their own can check. */
  @AssertTrue(
      message =
          "max-message-size must be at least 1, max-candidates below round-tokens and"
              + " cache-tokens")
  default boolean isWithinBounds() {
    return maxMessageSize().asLongValue() >= 1
        && maxCandidates() < Math.min(roundTokens(), cacheTokens());
  }
}
