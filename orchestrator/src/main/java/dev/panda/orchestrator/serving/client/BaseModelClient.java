package dev.panda.orchestrator.serving.client;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceBlockingV2Stub;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.orchestrator.serving.port.BaseModel;
import dev.panda.orchestrator.serving.port.BaseModelDescription;
import dev.panda.orchestrator.serving.port.CandidateRequest;
import dev.panda.orchestrator.serving.port.CandidateStream;
import dev.panda.orchestrator.serving.port.ChatMessage;
import dev.panda.orchestrator.serving.port.ServiceException;
import io.grpc.Channel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A base-model service over gRPC. Calls run in the caller's gRPC context: they end with it and keep
 * its deadline. Any number of threads may use it; the caller closes it.
 */
public final class BaseModelClient implements BaseModel, AutoCloseable {
  private final ServiceChannel channel;

  /** Its streams share no room with those that wait, as the service shares it by connection. */
  private final ServiceChannel unwaiting;

  private final BaseModelAnswers answers;

  /** |V| as last described; token ids are below it. */
  private volatile int vocabularySize = Integer.MAX_VALUE;

  /**
   * Connects at the first call.
   *
   * @param address {@code host:port}
   */
  public BaseModelClient(String address, Timeouts timeouts) {
    channel = ServiceChannel.of("base-model service", address, timeouts);
    unwaiting = ServiceChannel.of("base-model service", address, timeouts);
    answers = new BaseModelAnswers(new AnswerCheck(channel.service()));
  }

  @Override
  public BaseModelDescription describe() {
    try {
      BaseModelDescription described =
          answers.description(
              channel.ask(c -> stub(c).getModel(GetModelRequest.getDefaultInstance())));
      vocabularySize = described.vocabularySize();
      return described;
    } catch (ServiceException e) {
      throw Failures.ofDescription(e, channel.service());
    }
  }

  @Override
  public int[] tokenize(String text) {
    return tokenize(TokenizeRequest.newBuilder().setText(text).setAddSpecialTokens(true));
  }

  @Override
  public int[] tokenizeContinuation(String text) {
    return tokenize(TokenizeRequest.newBuilder().setText(text));
  }

  private int[] tokenize(TokenizeRequest.Builder request) {
    return answers.tokens(
        channel.ask(c -> stub(c).tokenize(request.build())).getTokenIdsList(), vocabularySize);
  }

  @Override
  public int[] renderChat(List<ChatMessage> messages) {
    Chat.Builder chat = Chat.newBuilder();
    messages.forEach(
        message ->
            chat.addMessages(
                dev.panda.api.basemodel.v1.ChatMessage.newBuilder()
                    .setRole(message.role())
                    .setContent(message.content())));
    RenderChatRequest request = RenderChatRequest.newBuilder().setChat(chat).build();
    return answers.tokens(
        channel.ask(c -> stub(c).renderChat(request)).getTokenIdsList(), vocabularySize);
  }

  @Override
  public CandidateStream open(CandidateRequest request) {
    ServiceChannel to = request.waits() ? channel : unwaiting;
    return DecodeStream.open(
        first ->
            BidirectionalCall.open(
                to.service(),
                to.timeouts(),
                BaseModelServiceGrpc.newBlockingV2Stub(to.calls()).decode(),
                first),
        request,
        answers);
  }

  private BaseModelServiceBlockingV2Stub stub(Channel to) {
    return BaseModelServiceGrpc.newBlockingV2Stub(to)
        .withDeadlineAfter(channel.timeouts().call().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    channel.close();
    unwaiting.close();
  }
}
