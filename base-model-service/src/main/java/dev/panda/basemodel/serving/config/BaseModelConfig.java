package dev.panda.basemodel.serving.config;

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
@ConfigMapping(prefix = "panda.base-model")
public interface BaseModelConfig {

  /** The checkpoint: a name below one of the model roots, or the path of a folder or GGUF file. */
  @NotBlank
  String model();

  /** Folders in which the service looks for models by name, in this order. */
  @WithDefault("deploy/models,${panda.home:${user.home}/.panda}/models")
  List<Path> modelRoots();

  /**
   * The reward models that the service holds, so that they guide inside the model's own pass: names
   * below {@code rewards} of the model's folder in one of the model roots, or paths of folders; or
   * {@code *} for all of them except judges. Reward models with weights of their own need a reward
   * service. Unset is none.
   */
  Optional<List<String>> preferences();

  /**
   * Numeric format of the weights: {@code float32}, {@code bfloat16}, {@code float16}, {@code
   * int8}, {@code int4}, or {@code auto} for the fastest that chooses nearly the same as float32.
   */
  @WithDefault("auto")
  @Pattern(regexp = "auto|float32|bfloat16|float16|int8|int4")
  String numerics();

  /**
   * Memory that the weights may take if {@code numerics} is {@code auto}: if there is enough, the
   * blocks and the head are kept in a second format for prompts and for many sequences at once,
   * where that is faster on this machine.
   */
  @WithDefault("2G")
  MemorySize weightsMemory();

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

  /** Largest number of tokens that one forward pass computes, at least 1. */
  @WithDefault("512")
  @Min(1)
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
   * Share of the cache that the streams of one connection may reserve together, above 0, at most 1;
   * one stream alone may always be larger.
   */
  @WithDefault("0.9")
  @DecimalMin(value = "0", inclusive = false)
  @DecimalMax("1")
  double connectionShare();

  /** Largest number of candidates that a client may ask for, at least 1. */
  @WithDefault("256")
  @Min(1)
  int maxCandidates();

  /** Largest number of preferences that guide one sequence, at least 1. */
  @WithDefault("16")
  @Min(1)
  int maxPreferences();

  /**
   * Largest number of candidates whose next steps are computed while reward services score them and
   * the client decides, 0 or more; unset is 16 on a GPU, and 0 on a CPU, which has better things to
   * compute.
   */
  @Min(0)
  OptionalInt foresight();

  /**
   * Whether a control token's text in a message is that token, so that a user can write turns of
   * others. Otherwise only the chat template writes control tokens, and contents are text.
   */
  @WithDefault("false")
  boolean controlTokensInContents();

  /**
   * Largest message that the service reads, in bytes. The transport's own limit, {@code
   * quarkus.grpc.server.max-inbound-message-size}, must be above it.
   */
  @WithDefault("4M")
  MemorySize maxMessageSize();

  /** Checks the items that no annotation of their own can check. */
  @AssertTrue(
      message =
          "foresight, and with preferences max-candidates, must be below round-tokens and"
              + " cache-tokens, because candidates are read together")
  default boolean isWithinBounds() {
    int together = Math.max(foresight().orElse(0), preferences().isEmpty() ? 0 : maxCandidates());
    return together < Math.min(roundTokens(), cacheTokens());
  }
}
