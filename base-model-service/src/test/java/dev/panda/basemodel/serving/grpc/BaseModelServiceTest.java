package dev.panda.basemodel.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.panda.answer.testing.BytesMarshaller;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc;
import dev.panda.api.basemodel.v1.Chat;
import dev.panda.api.basemodel.v1.ChatMessage;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.DetokenizeRequest;
import dev.panda.api.basemodel.v1.EmbedRequest;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.Pooling;
import dev.panda.api.basemodel.v1.Prompt;
import dev.panda.api.basemodel.v1.RenderChatRequest;
import dev.panda.api.basemodel.v1.RenderChatResponse;
import dev.panda.api.basemodel.v1.TokenIds;
import dev.panda.api.basemodel.v1.TokenizeRequest;
import dev.panda.basemodel.testing.DecodeClient;
import dev.panda.basemodel.testing.TinyModel;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@QuarkusTest
@QuarkusTestResource(TinyModel.class)
@Timeout(60)
class BaseModelServiceTest extends BaseModelServiceCase {
  @Test
  void describesTheModel() {
    GetModelResponse described = service.getModel(GetModelRequest.getDefaultInstance());

    assertThat(described.getVocabularySize()).isEqualTo(TinyModel.VOCABULARY);
    assertThat(described.getContextLength()).isEqualTo(TinyModel.CONTEXT);
    assertThat(described.getMaxCandidates()).isEqualTo(40);
    assertThat(described.getHasChatTemplate()).isTrue();
    assertThat(described.getNumerics()).isEqualTo("float32");
    assertThat(described.getEndTokenIdsList()).containsExactly(2);
    assertThat(described.getTokenizerFingerprint()).matches("[0-9a-f]+");
  }

  @Test
  void tokenizesThereAndBack() {
    List<Integer> ids =
        service.tokenize(TokenizeRequest.newBuilder().setText("Käse").build()).getTokenIdsList();

    assertThat(ids).hasSize(5);
    assertThat(service.detokenize(DetokenizeRequest.newBuilder().addAllTokenIds(ids).build()))
        .extracting("text")
        .isEqualTo("Käse");
  }

  @Test
  void rendersConversation() {
    Chat chat =
        Chat.newBuilder()
            .addMessages(ChatMessage.newBuilder().setRole("user").setContent("hi"))
            .build();

    RenderChatResponse rendered =
        service.renderChat(RenderChatRequest.newBuilder().setChat(chat).build());

    assertThat(rendered.getText()).isEqualTo("u:hi;a:");
    assertThat(rendered.getTokenIdsCount()).isEqualTo(7);
  }

  @Test
  void refusesUnknownRole() {
    Chat chat =
        Chat.newBuilder()
            .addMessages(ChatMessage.newBuilder().setRole("robot").setContent("hi"))
            .build();

    assertInvalid(
        () -> service.renderChat(RenderChatRequest.newBuilder().setChat(chat).build()),
        "chat.messages[0].role: robot (expected: system, user or assistant)");
  }

  @Test
  void embedsPrompt() {
    EmbedRequest.Builder embed =
        EmbedRequest.newBuilder().setPrompt(text("a")).setPooling(Pooling.POOLING_LAST);

    List<Float> last = service.embed(embed.build()).getEmbeddingList();
    List<Float> mean =
        service.embed(embed.setPooling(Pooling.POOLING_MEAN).build()).getEmbeddingList();

    assertThat(last).hasSize(model.description().hiddenSize());
    assertThat(mean).isEqualTo(last);
  }

  @Test
  void decodesStepByStep() throws InterruptedException {
    DecodeClient stream = new DecodeClient(channel);

    DecodeResponse first = stream.open(open("hello").setLogits(true));

    assertThat(first.getPromptTokenIdsCount()).isEqualTo(5);
    assertThat(first.getCandidateIdsCount()).isEqualTo(10);
    assertThat(first.getCandidateBytesCount()).isEqualTo(10);
    assertThat(first.getLogitsCount()).isEqualTo(10);
    assertThat(first.getEntropy()).isBetween(0f, (float) Math.log(TinyModel.VOCABULARY));
    assertThat(first.getLogProbabilitiesList())
        .isSortedAccordingTo((one, other) -> Float.compare(other, one));
    assertThat(stream.accept(first.getCandidateIds(3)).getStep()).isEqualTo(1);
    stream.halfClose();
    assertThat(stream.end()).isEqualTo(Status.OK);
  }

  @Test
  void acknowledgementChangesNoCandidate() throws InterruptedException {
    DecodeResponse plain = new DecodeClient(channel).open(open("hello"));
    DecodeClient acknowledged = new DecodeClient(channel);

    DecodeResponse first = acknowledged.open(open("hello").setAcknowledge(true));

    assertThat(first.getPromptTokenIdsList()).isEqualTo(plain.getPromptTokenIdsList());
    assertThat(first.getCandidateIdsCount()).isZero();
    assertThat(acknowledged.answer()).isEqualTo(plain.toBuilder().clearPromptTokenIds().build());
  }

  @Test
  void resumedEqualsUninterrupted() throws InterruptedException {
    List<Integer> tokens = new ArrayList<>();
    DecodeClient whole = new DecodeClient(channel);
    DecodeResponse answer = whole.open(open("hello"));
    for (int step = 0; step < 6; step++) {
      tokens.add(answer.getCandidateIds(0));
      answer = whole.accept(answer.getCandidateIds(0));
    }
    whole.halfClose();

    DecodeResponse resumed =
        new DecodeClient(channel).open(open("hello").addAllAcceptedTokenIds(tokens));

    assertThat(resumed.getStep()).isEqualTo(6);
    assertThat(resumed.getCandidateIdsList()).isEqualTo(answer.getCandidateIdsList());
  }

  @Test
  void manyAtOnceEqualOneByOne() throws InterruptedException {
    List<String> prompts = List.of("a", "a longer prompt", "zz", "some words");
    List<List<Integer>> alone = new ArrayList<>();
    for (String prompt : prompts) {
      DecodeClient stream = new DecodeClient(channel);
      alone.add(stream.open(open(prompt)).getCandidateIdsList());
      stream.halfClose();
      assertThat(stream.end().isOk()).isTrue();
    }
    List<DecodeClient> together =
        prompts.stream().map(prompt -> new DecodeClient(channel)).toList();
    for (int i = 0; i < prompts.size(); i++) {
      together.get(i).send(DecodeRequest.newBuilder().setOpen(open(prompts.get(i))).build());
    }
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(together.get(i).answer().getCandidateIdsList()).isEqualTo(alone.get(i));
    }
  }

  @Test
  void refusesWhatDoesNotFitTheContext() throws InterruptedException {
    DecodeClient stream = new DecodeClient(channel);
    stream.send(DecodeRequest.newBuilder().setOpen(open("a".repeat(TinyModel.CONTEXT))).build());

    assertThat(stream.end().getDescription())
        .isEqualTo("open.prompt: 64 tokens or more (expected: at most 63)");
  }

  /** Each would take tens of seconds and gigabytes to tokenise. */
  @Test
  void refusesLongTextsUnread() throws InterruptedException {
    String flood = "e\n".repeat(2_000_000);
    Chat chat =
        Chat.newBuilder()
            .addMessages(ChatMessage.newBuilder().setRole("user").setContent(flood))
            .build();
    List<DecodeClient> streams = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Prompt prompt = Prompt.newBuilder().setChat(chat).build();
      streams.add(new DecodeClient(channel));
      streams.get(i).send(request(OpenSequence.newBuilder().setPrompt(prompt)));
    }

    for (DecodeClient stream : streams) {
      assertThat(stream.end().getDescription())
          .isEqualTo(
              "open.prompt.chat.messages: 4000000 characters (expected: at most 1008, for at most"
                  + " 63 tokens)");
    }
    String expected = ": 4000000 characters (expected: at most 1024, for at most 64 tokens)";
    assertInvalid(
        () -> service.tokenize(TokenizeRequest.newBuilder().setText(flood).build()),
        "text" + expected);
    assertInvalid(
        () -> service.embed(EmbedRequest.newBuilder().setPrompt(text(flood)).build()),
        "prompt.text" + expected);
    assertInvalid(
        () -> service.renderChat(RenderChatRequest.newBuilder().setChat(chat).build()),
        "chat.messages" + expected);
  }

  @Test
  void refusesLongListsOfIdsUnread() throws InterruptedException {
    List<Integer> ids = Collections.nCopies(300_000, -1);
    DecodeClient stream = new DecodeClient(channel);
    stream.send(
        request(
            OpenSequence.newBuilder()
                .setPrompt(Prompt.newBuilder().setTokens(TokenIds.newBuilder().addIds(3)))
                .addAllAcceptedTokenIds(ids)));

    assertThat(stream.end().getDescription())
        .isEqualTo("open.accepted_token_ids: 300000 tokens (expected: at most 64)");
    assertInvalid(
        () -> service.detokenize(DetokenizeRequest.newBuilder().addAllTokenIds(ids).build()),
        "token_ids: 300000 tokens (expected: at most 64)");
  }

  private static DecodeRequest request(OpenSequence.Builder open) {
    return DecodeRequest.newBuilder().setOpen(open).build();
  }

  @Test
  void refusesTextThatIsNotUtf8() {
    byte[] broken = {10, 2, (byte) 0xC3, 0x28};

    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ClientCalls.blockingUnaryCall(channel, raw(), CallOptions.DEFAULT, broken));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).contains("UTF-8");
  }

  @Test
  void refusesMessageOverTheLimit() {
    assertInvalid(
        () -> service.tokenize(TokenizeRequest.newBuilder().setText("a".repeat(5 << 20)).build()),
        "message: 5242885 bytes (expected: at most 4194304 bytes)");
  }

  @Test
  void isHealthy() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  private static MethodDescriptor<byte[], byte[]> raw() {
    return BaseModelServiceGrpc.getTokenizeMethod().toBuilder(
            new BytesMarshaller(), new BytesMarshaller())
        .build();
  }

  private static void assertInvalid(ThrowingCallable call, String description) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription()).isEqualTo(description);
  }
}
