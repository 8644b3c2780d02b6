package dev.panda.orchestrator.attack;

import static dev.panda.orchestrator.testing.TinyPanda.named;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.orchestrator.testing.PlainReward;
import dev.panda.orchestrator.testing.TinyPanda;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The packaged services on a tiny model with a long context: one preference a reward service. */
final class AttackedPanda implements AutoCloseable {
  /** Longest sequence of the model. */
  static final int CONTEXT = 2048;

  private static final int WIDTH = 32;

  private final Path model;
  private final Service base;
  private final Service kind;
  private final Service terse;
  private final Service orchestrator;

  /** Gives the attacks of a run one and the same, whole again, as an argument. */
  static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == AttackedPanda.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      AttackedPanda panda =
          context
              .getRoot()
              .getStore(ExtensionContext.Namespace.create(AttackedPanda.class))
              .computeIfAbsent(
                  AttackedPanda.class, type -> new AttackedPanda(), AttackedPanda.class);
      panda.services().forEach(Service::start);
      return panda;
    }
  }

  private AttackedPanda() {
    model = writeModel();
    base = startBase();
    String tokenizer =
        BaseModelServiceGrpc.newBlockingStub(base.connect())
            .getModel(GetModelRequest.getDefaultInstance())
            .getTokenizerFingerprint();
    kind = startReward("kind", tokenizer, 1);
    terse = startReward("terse", tokenizer, 2);
    orchestrator = startOrchestrator(base.address());
  }

  private static Path writeModel() {
    try {
      Path folder = Files.createTempDirectory("attacked-panda").resolve("tiny");
      TinyCheckpoint.llama(7)
          .vocabSize(TinyTokenizer.SIZE)
          .hiddenSize(WIDTH)
          .context(CONTEXT)
          .write(folder);
      TinyTokenizer.write(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Service startReward(String name, String tokenizer, long seed) {
    double[] clip = {-0.5, 0.6};
    Path reward =
        PlainReward.random(name, 1, "increment", clip, WIDTH, seed)
            .write(model.resolve("rewards"), tokenizer);
    return new Service(
        "reward-service",
        "panda.reward.model=" + model,
        "panda.reward.threads=1",
        "panda.reward.numerics=float32",
        "panda.reward.preferences=" + reward);
  }

  /** Starts one more base-model service. */
  Service startBase(String... properties) {
    return new Service(
        "base-model-service",
        with(
            properties,
            "panda.base-model.model=" + model,
            "panda.base-model.threads=1",
            "panda.base-model.numerics=float32"));
  }

  /** Starts one more orchestrator, which asks the base-model service at an address. */
  Service startOrchestrator(String baseAddress, String... properties) {
    return new Service(
        "orchestrator",
        with(
            properties,
            "panda.orchestrator.base-model=" + baseAddress,
            "panda.orchestrator.rewards=" + kind.address() + "," + terse.address()));
  }

  private static String[] with(String[] properties, String... more) {
    return Stream.concat(List.of(more).stream(), List.of(properties).stream())
        .toArray(String[]::new);
  }

  /** A prompt of a few tokens and a response of many, unaligned. */
  static GenerateRequest unaligned(int maxTokens) {
    return TinyPanda.greedy().setMaxTokens(maxTokens).build();
  }

  /** The same, following the preferences of both reward services. */
  static GenerateRequest aligned(int maxTokens) {
    return TinyPanda.prompt()
        .addPreferences(named("kind"))
        .addPreferences(named("terse"))
        .setMaxTokens(maxTokens)
        .build();
  }

  Path model() {
    return model;
  }

  Service base() {
    return base;
  }

  /** The reward service of the preference {@code kind}. */
  Service kind() {
    return kind;
  }

  /** The reward service of the preference {@code terse}. */
  Service terse() {
    return terse;
  }

  Service orchestrator() {
    return orchestrator;
  }

  /** All of them, in the order in which they start. */
  List<Service> services() {
    return List.of(base, kind, terse, orchestrator);
  }

  @Override
  public void close() {
    services().forEach(Service::close);
    try (Stream<Path> files = Files.walk(model.getParent())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
