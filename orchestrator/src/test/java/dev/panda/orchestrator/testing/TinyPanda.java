package dev.panda.orchestrator.testing;

import dev.panda.api.generation.v1.ConstantLambda;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.LambdaFunction;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.TokenIds;
import dev.panda.api.generation.v1.WeightedPreference;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The packaged services on a tiny random model, and the same in plain loops: a reward service with
 * heads on the base model's weights, and one for a reward model with weights of its own.
 */
public final class TinyPanda implements AutoCloseable {
  /** As the tiny checkpoint's configuration and its tokenizer's say. */
  public static final Set<Integer> END_TOKENS = Set.of(2, TinyTokenizer.END_ID);

  private static final int WIDTH = 32;
  private static final double[] NO_CLIP = {};
  private static final List<PlainReward> HEADS =
      List.of(
          PlainReward.random("meaning", 1, "mean", new double[] {-0.5, 0.6}, WIDTH, 1),
          PlainReward.random("ending", 2, "last", NO_CLIP, WIDTH, 2),
          PlainReward.random("steady", 1, "increment", new double[] {-0.7, 0.4}, WIDTH, 3));
  private static final PlainReward APART =
      PlainReward.random("apart", 2, "mean", NO_CLIP, WIDTH, 4);

  private final Path folder;
  private final PlainDecoder base;
  private final PlainDecoder apart;
  private final ThreeServices services;

  /** Gives the test classes of a run one and the same, as the argument of their constructors. */
  public static final class Shared implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TinyPanda.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(TinyPanda.class))
          .computeIfAbsent(TinyPanda.class, type -> new TinyPanda(false));
    }
  }

  /** One whose base-model service holds the reward models on its weights. */
  public static TinyPanda holding() {
    return new TinyPanda(true);
  }

  private TinyPanda(boolean holds) {
    try {
      folder = Files.createTempDirectory("tiny-panda");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    base = write(model(), 7);
    apart = write(folder.resolve("other"), 8);
    String tokenizer = TinyTokenizer.fingerprint(model());
    Path parent = model().resolve("rewards");
    List<Path> heads = HEADS.stream().map(head -> head.write(parent, tokenizer)).toList();
    List<Path> own = List.of(APART.write(parent, tokenizer, folder.resolve("other")));
    services =
        holds
            ? new ThreeServices(model(), heads, served -> List.of(own))
            : new ThreeServices(model(), served -> List.of(heads, own));
  }

  private static PlainDecoder write(Path model, int seed) {
    TinyCheckpoint.llama(seed).vocabSize(TinyTokenizer.SIZE).hiddenSize(WIDTH).write(model);
    TinyTokenizer.write(model);
    return new PlainDecoder(model);
  }

  public ThreeServices services() {
    return services;
  }

  /** The checkpoint's folder, with the reward models. */
  public Path model() {
    return folder.resolve("tiny");
  }

  /** Folder of a reward model. */
  public Path reward(String name) {
    return model().resolve("rewards").resolve(name);
  }

  /** The base model. */
  public PlainDecoder base() {
    return base;
  }

  /** The reward models on the base model's weights: meaning, ending, steady. */
  public List<PlainReward.Reader> heads() {
    return HEADS.stream().map(head -> head.on(base)).toList();
  }

  /** The reward model with weights of its own, and a service of its own. */
  public PlainReward.Reader apart() {
    return APART.on(apart);
  }

  public static GenerateRequest.Builder prompt() {
    return GenerateRequest.newBuilder().setTokens(ids(new int[] {40, 41, 99, 7}));
  }

  public static GenerateRequest.Builder greedy() {
    return prompt().setMethod(Method.METHOD_GREEDY);
  }

  public static WeightedPreference named(String preference) {
    return WeightedPreference.newBuilder().setName(preference).build();
  }

  public static LambdaFunction constant(double strength) {
    return LambdaFunction.newBuilder()
        .setConstant(ConstantLambda.newBuilder().setStrength(strength))
        .build();
  }

  public static TokenIds ids(int[] tokens) {
    TokenIds.Builder ids = TokenIds.newBuilder();
    Arrays.stream(tokens).forEach(ids::addIds);
    return ids.build();
  }

  public Iterable<GenerateResponse> generate(GenerateRequest request) {
    return () -> GenerationServiceGrpc.newBlockingStub(services.orchestrator()).generate(request);
  }

  public Summary summary(GenerateRequest request) {
    Summary summary = null;
    for (GenerateResponse response : generate(request)) {
      summary = response.getSummary();
    }
    return summary;
  }

  public int[] tokenIds(GenerateRequest request) {
    return summary(request).getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void close() {
    services.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
