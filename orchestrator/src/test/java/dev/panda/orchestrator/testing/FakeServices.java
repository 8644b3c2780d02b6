package dev.panda.orchestrator.testing;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.RenderChatResponse;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.basemodel.v1.TokenizeResponse;
import dev.panda.api.generation.v1.FinishReason;
import dev.panda.api.generation.v1.GenerateRequest;
import dev.panda.api.generation.v1.GenerateResponse;
import dev.panda.api.generation.v1.GenerationServiceGrpc;
import dev.panda.api.generation.v1.ListPreferencesRequest;
import dev.panda.api.generation.v1.ListPreferencesResponse;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.Preference;
import dev.panda.api.generation.v1.Summary;
import dev.panda.api.generation.v1.Token;
import dev.panda.api.reward.v1.Pooling;
import dev.panda.api.reward.v1.RewardServiceGrpc;
import dev.panda.api.reward.v1.ScoreSequencesRequest;
import dev.panda.api.reward.v1.ScoreSequencesResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The three services on one port. An answer names the requested method and repeats the question; it
 * depends only on the request.
 */
public final class FakeServices implements AutoCloseable {
  private final Server server;
  private final List<String> preferences;
  private final List<GenerateRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);
  private volatile String model = "fake";
  private volatile String refusal = "the request is not valid";

  private FakeServices(List<String> preferences) throws IOException {
    this.preferences = preferences;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Generation())
            .addService(new BaseModel())
            .addService(new Reward())
            .build()
            .start();
  }

  public static FakeServices serving(String... preferences) throws IOException {
    return new FakeServices(List.of(preferences));
  }

  public String endpoint() {
    return "127.0.0.1:" + server.getPort();
  }

  public List<GenerateRequest> requests() {
    return requests;
  }

  /** Refuses all requests after that many answers. */
  public void failAfter(int answers) {
    answersLeft.set(answers);
  }

  /** Refuses all requests after that many answers, with these words. */
  public void failAfter(int answers, String words) {
    refusal = words;
    failAfter(answers);
  }

  /** Serves the model of that name from now on. */
  public void serveModel(String name) {
    model = name;
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Generation extends GenerationServiceGrpc.GenerationServiceImplBase {
    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> responses) {
      requests.add(request);
      if (answersLeft.getAndDecrement() <= 0) {
        responses.onError(StatusProto.toStatusRuntimeException(refusal()));
        return;
      }
      List<String> words = words(request);
      for (int i = 0; i < words.size(); i++) {
        Token.Builder token = Token.newBuilder().setIndex(i).setId(10 + i).setText(words.get(i));
        if (request.getPreferencesCount() > 0) {
          token.setReward(0.5).setLambda(2);
        }
        responses.onNext(GenerateResponse.newBuilder().setToken(token).build());
      }
      responses.onNext(GenerateResponse.newBuilder().setSummary(summary(request, words)).build());
      responses.onCompleted();
    }

    @Override
    public void listPreferences(
        ListPreferencesRequest request, StreamObserver<ListPreferencesResponse> responses) {
      ListPreferencesResponse.Builder served =
          ListPreferencesResponse.newBuilder().setModelId(model);
      preferences.forEach(
          name ->
              served.addPreferences(
                  Preference.newBuilder()
                      .setName(name)
                      .setDescription("More of " + name + ".")
                      .setDefaultStrength(1.5)));
      responses.onNext(served.build());
      responses.onCompleted();
    }
  }

  private static List<String> words(GenerateRequest request) {
    String question =
        switch (request.getPromptCase()) {
          case TEXT -> request.getText();
          case TOKENS -> request.getTokens().getIdsList().toString();
          default -> lastMessage(request);
        };
    String method = request.getMethod() == Method.METHOD_UNSPECIFIED ? "default" : method(request);
    return List.of(
        "By ", method, ", ", question, request.hasSeed() ? " Seed " + request.getSeed() + "." : "");
  }

  private static String method(GenerateRequest request) {
    return request.getMethod().name();
  }

  private static String lastMessage(GenerateRequest request) {
    return request.getChat().getMessages(request.getChat().getMessagesCount() - 1).getContent();
  }

  private static Summary.Builder summary(GenerateRequest request, List<String> words) {
    Summary.Builder summary =
        Summary.newBuilder()
            .setText(String.join("", words))
            .setFinishReason(FinishReason.FINISH_REASON_END_TOKEN)
            .setLogProbability(-3.25);
    for (int i = 0; i < words.size(); i++) {
      summary.addTokenIds(10 + i);
    }
    if (request.getPreferencesCount() > 0) {
      summary.setReward(0.75).setMeanKl(0.125).addWarnings("λ may be too strong.");
      request.getPreferencesList().forEach(preference -> summary.addPreferenceRewards(0.75));
    }
    if (request.hasSeed()) {
      summary.setSeed(request.getSeed());
    }
    return summary;
  }

  private Status refusal() {
    return Status.newBuilder()
        .setCode(Code.INVALID_ARGUMENT_VALUE)
        .setMessage(refusal)
        .addDetails(Any.pack(ErrorInfo.newBuilder().setReason("INVALID").build()))
        .addDetails(
            Any.pack(
                BadRequest.newBuilder()
                    .addFieldViolations(
                        BadRequest.FieldViolation.newBuilder()
                            .setField("k")
                            .setDescription("0 (expected: 1 to 256)"))
                    .build()))
        .build();
  }

  /** The tokens of a text are its characters; the tokens of a prompt are 1 and 2. */
  private static final class BaseModel extends BaseModelServiceGrpc.BaseModelServiceImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> responses) {
      responses.onNext(
          GetModelResponse.newBuilder()
              .setId("fake")
              .setVocabularySize(128)
              .setTokenizerFingerprint("letters")
              .setContextLength(4096)
              .setMaxCandidates(16)
              .build());
      responses.onCompleted();
    }

    @Override
    public void renderChat(
        RenderChatRequest request, StreamObserver<RenderChatResponse> responses) {
      responses.onNext(RenderChatResponse.newBuilder().addTokenIds(1).addTokenIds(2).build());
      responses.onCompleted();
    }

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> responses) {
      TokenizeResponse.Builder tokens = TokenizeResponse.newBuilder();
      request.getText().chars().forEach(tokens::addTokenIds);
      responses.onNext(tokens.build());
      responses.onCompleted();
    }
  }

  /**
   * The reward of preference j is j + 0.25, and 1 more for a response that begins with token 66.
   */
  private final class Reward extends RewardServiceGrpc.RewardServiceImplBase {
    @Override
    public void listPreferences(
        dev.panda.api.reward.v1.ListPreferencesRequest request,
        StreamObserver<dev.panda.api.reward.v1.ListPreferencesResponse> responses) {
      var served =
          dev.panda.api.reward.v1.ListPreferencesResponse.newBuilder()
              .setTokenizerFingerprint("fake")
              .setContextLength(512)
              .setMaxCandidates(16)
              .setMaxPreferences(16)
              .setMaxResponses(16);
      preferences.forEach(
          name ->
              served
                  .addPreferencesBuilder()
                  .setName(name)
                  .setPooling(Pooling.POOLING_MEAN)
                  .setStandardDeviation(1));
      responses.onNext(served.build());
      responses.onCompleted();
    }

    @Override
    public void scoreSequences(
        ScoreSequencesRequest request, StreamObserver<ScoreSequencesResponse> responses) {
      ScoreSequencesResponse.Builder rewards = ScoreSequencesResponse.newBuilder();
      for (int j = 0; j < request.getPreferencesCount(); j++) {
        rewards.addRewards(j + 0.25 + (request.getResponses(0).getIds(0) == 66 ? 1 : 0));
      }
      responses.onNext(rewards.build());
      responses.onCompleted();
    }
  }
}
