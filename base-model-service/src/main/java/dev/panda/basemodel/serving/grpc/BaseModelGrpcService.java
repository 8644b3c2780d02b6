package dev.panda.basemodel.serving.grpc;

import dev.panda.answer.Connection;
import dev.panda.answer.Drain;
import dev.panda.answer.MessageGuard;
import dev.panda.answer.Parsing;
import dev.panda.answer.quarkus.EventLoop;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.DetokenizeRequest;
import dev.panda.api.basemodel.v1.DetokenizeResponse;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.EmbedResponse;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.RenderChatResponse;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.api.basemodel.v1.TokenizeResponse;
import dev.panda.basemodel.serving.config.BaseModelConfig;
import dev.panda.basemodel.serving.model.BaseModel;
import dev.panda.basemodel.serving.model.ModelDescription;
import dev.panda.transformer.engine.Owner;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Translates the contract's calls. gRPC calls it on event loops; workers do what takes time.
 *
 * <p>It binds itself, which the generated base class does not allow, so that {@link MessageGuard}
 * answers messages that cannot be read.
 */
@GrpcService
class BaseModelGrpcService implements BindableService, BaseModelServiceGrpc.AsyncService {
  /** Longer drafts are rarely right to their end. */
  private static final int LONGEST_DRAFT = 7;

  private static final int FORESEEN_ON_A_GPU = 16;

  private final BaseModel model;
  private final BaseModelConfig config;
  private final Drain drain;
  private final Parsing texts = new Parsing("characters");
  private final Parsing detokenisations = new Parsing("tokens");
  private final Prompts prompts;
  private final DecodeRequests requests;
  private final Decoding decoding;
  private final Embedding embedding;

  @Inject
  BaseModelGrpcService(BaseModel model, BaseModelConfig config, Drain drain) {
    ModelDescription description = model.description();
    this.model = model;
    this.config = config;
    this.drain = drain;
    this.prompts =
        new Prompts(
            model.tokenizer(),
            model.chatTemplate(),
            description.vocabularySize(),
            config.controlTokensInContents());
    this.requests =
        new DecodeRequests(
            prompts,
            model.rewards().stream().map(held -> held.card().preference()).toList(),
            new Limits(
                description.vocabularySize(),
                description.contextLength(),
                config.cacheTokens(),
                config.maxCandidates(),
                config.maxPreferences(),
                description.layers(),
                model.engine().rowsAtOnce(),
                config.roundTokens(),
                maxDraft(),
                maxForeseen()));
    this.decoding =
        new Decoding(
            requests,
            new Answers(model.tokenizer(), description.endTokenIds()),
            model.rewards(),
            texts,
            config.idleTimeout());
    this.embedding = new Embedding(requests, this::pool, description.hiddenSize(), texts);
  }

  /** A draft's rows should cost little more than the one before them. */
  private int maxDraft() {
    return Math.min(model.engine().rowsAtOnce() - 1, LONGEST_DRAFT);
  }

  private int maxForeseen() {
    return config.foresight().orElse(config.device().equals("cpu") ? 0 : FORESEEN_ON_A_GPU);
  }

  private CompletableFuture<float[]> pool(int[] prompt, int layer) {
    return model.engine().pool(prompt, 0, new int[] {prompt.length}, new int[] {layer});
  }

  @Override
  public ServerServiceDefinition bindService() {
    return drain.over(
        MessageGuard.guard(
            BaseModelServiceGrpc.bindService(this),
            Statuses.MAPPING,
            config.maxMessageSize().asLongValue()),
        Statuses.MAPPING);
  }

  @Override
  public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> client) {
    ModelDescription description = model.description();
    client.onNext(
        GetModelResponse.newBuilder()
            .setId(description.id())
            .setVocabularySize(description.vocabularySize())
            .setTokenizerFingerprint(description.tokenizerFingerprint())
            .addAllEndTokenIds(description.endTokenIds())
            .setContextLength(Math.min(description.contextLength(), config.cacheTokens()))
            .setMaxCandidates(Math.min(config.maxCandidates(), description.vocabularySize()))
            .setHasChatTemplate(model.canChat())
            .setNumerics(description.numerics())
            .setLayers(description.layers())
            .setHiddenSize(description.hiddenSize())
            .addAllPreferences(model.rewards().stream().map(Preferences::describe).toList())
            .setMaxPreferences(config.maxPreferences())
            .setMaxDraft(maxDraft())
            .setMaxForeseen(maxForeseen())
            .build());
    client.onCompleted();
  }

  @Override
  public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> client) {
    reply(client, texts.run(() -> requests.length(request), () -> tokenize(request)));
  }

  private TokenizeResponse tokenize(TokenizeRequest request) {
    TokenizeResponse.Builder response = TokenizeResponse.newBuilder();
    for (int id : model.tokenizer().encode(request.getText(), request.getAddSpecialTokens())) {
      response.addTokenIds(id);
    }
    return response.build();
  }

  @Override
  public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeResponse> client) {
    reply(client, detokenisations.run(() -> requests.length(request), () -> detokenize(request)));
  }

  private DetokenizeResponse detokenize(DetokenizeRequest request) {
    int[] ids = prompts.inVocabulary("token_ids", request.getTokenIdsList());
    int known = model.tokenizer().vocabularySize();
    int[] withText = Arrays.stream(ids).filter(id -> id < known).toArray();
    String text = model.tokenizer().decode(withText, request.getKeepSpecialTokens());
    return DetokenizeResponse.newBuilder().setText(text).build();
  }

  @Override
  public void renderChat(RenderChatRequest request, StreamObserver<RenderChatResponse> client) {
    reply(client, texts.run(() -> requests.length(request), () -> renderChat(request)));
  }

  private RenderChatResponse renderChat(RenderChatRequest request) {
    ValidConversation conversation = requests.conversation(request);
    RenderChatResponse.Builder response =
        RenderChatResponse.newBuilder().setText(conversation.text());
    for (int id : conversation.tokenIds()) {
      response.addTokenIds(id);
    }
    return response.build();
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> client) {
    reply(client, embedding.of(request));
  }

  @Override
  public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
    return new DecodeStream(
        (ServerCallStreamObserver<DecodeResponse>) client, decoding, opener(), EventLoop.current());
  }

  /** Opens sequences for the current call. */
  private CandidateSource.Opener opener() {
    Owner owner =
        new Owner(Connection.current(), (int) (config.connectionShare() * config.cacheTokens()));
    return room -> EngineCandidateSource.open(model.engine(), room, owner);
  }

  private <T> void reply(StreamObserver<T> client, CompletableFuture<T> reply) {
    ((ServerCallStreamObserver<T>) client).setOnCancelHandler(() -> reply.cancel(false));
    Executor eventLoop = EventLoop.current();
    CompletableFuture<T> unused =
        reply.whenComplete(
            (answer, failure) -> {
              if (!reply.isCancelled()) {
                eventLoop.execute(() -> send(client, answer, failure));
              }
            });
  }

  private static <T> void send(StreamObserver<T> client, T answer, Throwable failure) {
    if (failure != null) {
      client.onError(Statuses.of(failure));
      return;
    }
    client.onNext(answer);
    client.onCompleted();
  }
}
