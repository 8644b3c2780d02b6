package dev.panda.orchestrator.serving.client;

import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceBlockingV2Stub;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import io.grpc.Channel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One base-model service. Calls stand in the caller's gRPC context: they end with it and keep its
 * deadline. Any number of threads may use it; the caller closes it.
 *
 * <p>All methods throw {@link ServiceException} where the service fails or refuses.
 */
public final class BaseModelClient implements AutoCloseable {
  private final ServiceChannel channel;

  /**
   * Connects at the first call.
   *
   * @param address {@code host:port}
   */
  public BaseModelClient(String address, Timeouts timeouts) {
    channel = ServiceChannel.of("base-model service", address, timeouts);
  }

  /** What is served. */
  public BaseModelDescription describe() {
    GetModelResponse model =
        channel.ask(c -> stub(c).getModel(GetModelRequest.getDefaultInstance()));
    return new BaseModelDescription(
        model.getId(),
        model.getVocabularySize(),
        model.getTokenizerFingerprint(),
        Set.copyOf(model.getEndTokenIdsList()),
        model.getContextLength(),
        model.getMaxCandidates());
  }

  /** Token ids of a text, with the tokens that the model wants around it. */
  public int[] tokenize(String text) {
    TokenizeRequest request =
        TokenizeRequest.newBuilder().setText(text).setAddSpecialTokens(true).build();
    return ids(channel.ask(c -> stub(c).tokenize(request)).getTokenIdsList());
  }

  /** One message of a conversation. */
  public record Message(String role, String content) {}

  /** Token ids of a conversation, rendered up to where the assistant's answer begins. */
  public int[] renderChat(List<Message> messages) {
    Chat.Builder chat = Chat.newBuilder();
    messages.forEach(
        m -> chat.addMessages(ChatMessage.newBuilder().setRole(m.role()).setContent(m.content())));
    RenderChatRequest request = RenderChatRequest.newBuilder().setChat(chat).build();
    return ids(channel.ask(c -> stub(c).renderChat(request)).getTokenIdsList());
  }

  /**
   * Opens a sequence and asks for its first candidates; the caller closes it.
   *
   * @param prompt token ids, at least one
   * @param k number of candidates a step
   * @param maxTokens longest response
   * @param logits whether candidates carry logits
   * @param vocabularySize |V|
   */
  public DecodeCall decode(int[] prompt, int k, int maxTokens, boolean logits, int vocabularySize) {
    DecodeCall call =
        new DecodeCall(
            new BidirectionalCall<>(
                channel.service(),
                channel.timeouts().step(),
                BaseModelServiceGrpc.newBlockingV2Stub(channel.channel()).decode()),
            vocabularySize);
    call.open(prompt, k, maxTokens, logits);
    return call;
  }

  private BaseModelServiceBlockingV2Stub stub(Channel to) {
    return BaseModelServiceGrpc.newBlockingV2Stub(to)
        .withDeadlineAfter(channel.timeouts().call().toMillis(), TimeUnit.MILLISECONDS);
  }

  private static int[] ids(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void close() {
    channel.close();
  }
}
