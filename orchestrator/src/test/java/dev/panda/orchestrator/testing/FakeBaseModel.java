package dev.panda.orchestrator.testing;

import com.google.protobuf.ByteString;
import dev.panda.api.basemodel.v1.BaseModelServiceGrpc.BaseModelServiceImplBase;
import dev.panda.api.basemodel.v1.DecodeRequest;
import dev.panda.api.basemodel.v1.DecodeResponse;
import dev.panda.api.basemodel.v1.GetModelRequest;
import dev.panda.api.basemodel.v1.GetModelResponse;
import dev.panda.api.basemodel.v1.OpenSequence;
import dev.panda.api.basemodel.v1.StepRewards;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** A base-model service without a model: each step's candidates are the same. */
public final class FakeBaseModel extends FakeService {
  private static final int FIRST_CANDIDATE = 3;

  private volatile boolean silent;
  private volatile boolean undescribed;
  private volatile String fingerprint = "letters";
  private volatile Breach breach = Breach.NONE;
  private volatile List<String> held = List.of();

  @Override
  BindableService service() {
    return new Decoding();
  }

  /** Acknowledges streams and answers nothing else on them. */
  public void fallSilent() {
    silent = true;
  }

  /** Does not answer what it serves. */
  public void leaveDescriptionsUnanswered() {
    undescribed = true;
  }

  /** Changes its answers. */
  public void breach(Breach change) {
    breach = change;
  }

  /** Holds reward models from now on: each candidate's reward is its id over 100. */
  public void hold(String... preferences) {
    held = List.of(preferences);
  }

  public void fingerprint(String other) {
    fingerprint = other;
  }

  private final class Decoding extends BaseModelServiceImplBase {
    @Override
    public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> client) {
      if (undescribed) {
        return;
      }
      client.onNext(
          breach.apply(
              GetModelResponse.newBuilder()
                  .setId("fake")
                  .setVocabularySize(VOCABULARY)
                  .setTokenizerFingerprint(fingerprint)
                  .addEndTokenIds(2)
                  .setContextLength(CONTEXT)
                  .setMaxCandidates(16)
                  .addAllPreferences(held.stream().map(FakeRewards::preference).toList())
                  .setMaxPreferences(held.size())
                  .build()));
      client.onCompleted();
    }

    @Override
    public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> client) {
      return new Stream<DecodeRequest, DecodeResponse>(FakeBaseModel.this, client) {
        private OpenSequence open;
        private int draft;
        private int step;
        private int told;

        @Override
        void opened(DecodeRequest request, StreamObserver<DecodeResponse> to) {
          open = request.getOpen();
          step = open.getAcceptedTokenIdsCount();
          DecodeResponse.Builder prompt =
              DecodeResponse.newBuilder()
                  .setStep(step)
                  .addAllPromptTokenIds(open.getPrompt().getTokens().getIdsList());
          to.onNext(breach.apply(prompt.build()));
          answer(candidates(), to);
        }

        @Override
        void next(DecodeRequest request, StreamObserver<DecodeResponse> to) {
          if (request.hasRead()) {
            int further = request.getRead().getCandidates() - told;
            answer(DecodeResponse.newBuilder().setStep(step).setRewards(rewards(further)), to);
            return;
          }
          step += 1 + request.getAccept().getDrafted();
          draft = request.getAccept().getDraftCount();
          answer(candidates(), to);
        }

        private void answer(DecodeResponse.Builder candidates, StreamObserver<DecodeResponse> to) {
          if (!silent) {
            to.onNext(breach.apply(candidates.build()));
          }
        }

        private DecodeResponse.Builder candidates() {
          DecodeResponse.Builder candidates = candidates(step);
          for (int j = 1; j <= draft; j++) {
            candidates.addDraftedSteps(candidates(step + j));
          }
          return candidates;
        }

        private DecodeResponse.Builder candidates(int at) {
          DecodeResponse.Builder candidates = DecodeResponse.newBuilder().setStep(at).setEntropy(1);
          for (int i = 0; i < open.getK(); i++) {
            candidates
                .addCandidateIds(FIRST_CANDIDATE + i)
                .addLogProbabilities(-1 - i)
                .addCandidateBytes(ByteString.copyFromUtf8(Character.toString('a' + i)));
          }
          if (open.hasGuidance()) {
            told = open.getGuidance().getStepwise() ? 2 : open.getK();
            candidates.setRewards(rewards(told));
          }
          return candidates;
        }

        private StepRewards.Builder rewards(int ofCandidates) {
          int preferences = open.getGuidance().getPreferencesCount();
          StepRewards.Builder rewards = StepRewards.newBuilder();
          for (int j = 0; j < preferences; j++) {
            rewards.addRunningSums(0).addResponse(42);
          }
          for (int i = 0; i < ofCandidates * preferences; i++) {
            rewards.addCandidates(0.01 * (FIRST_CANDIDATE + i / preferences));
          }
          return rewards;
        }
      };
    }
  }
}
