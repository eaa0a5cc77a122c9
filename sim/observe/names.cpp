#include "sim/observe/facts.hpp"

namespace writepath {

const char* name_of(CommitPart part) {
  switch (part) {
    case CommitPart::client_network:
      return "client_network";
    case CommitPart::cpu_queue:
      return "cpu_queue";
    case CommitPart::execute:
      return "execute";
    case CommitPart::lock_wait:
      return "lock_wait";
    case CommitPart::group_wait:
      return "group_wait";
    case CommitPart::local_flush:
      return "local_flush";
    case CommitPart::out:
      return "out";
    case CommitPart::remote_flush:
      return "remote_flush";
    case CommitPart::back:
      return "back";
    case CommitPart::order_wait:
      return "order_wait";
    case CommitPart::count_:
      break;
  }
  return "?";
}

const char* name_of(ReplicaStage stage) {
  switch (stage) {
    case ReplicaStage::received:
      return "received";
    case ReplicaStage::apply_started:
      return "apply_started";
    case ReplicaStage::applied:
      return "applied";
    case ReplicaStage::visible:
      return "visible";
    case ReplicaStage::count_:
      break;
  }
  return "?";
}

const char* name_of(Milestone milestone) {
  switch (milestone) {
    case Milestone::detected:
      return "detected";
    case Milestone::elected:
      return "elected";
    case Milestone::surveyed:
      return "surveyed";
    case Milestone::recovered:
      return "recovered";
    case Milestone::count_:
      break;
  }
  return "?";
}

const char* name_of(ApplierAction action) {
  switch (action) {
    case ApplierAction::waited_for_row:
      return "waited_for_row";
    case ApplierAction::rolled_back:
      return "rolled_back";
    case ApplierAction::committed_ahead:
      return "committed_ahead";
  }
  return "?";
}

const char* name_of(MembershipStep step) {
  switch (step) {
    case MembershipStep::begun:
      return "begun";
    case MembershipStep::completed:
      return "completed";
    case MembershipStep::reversed:
      return "reversed";
    case MembershipStep::count_:
      break;
  }
  return "?";
}

const char* name_of(RollbackReason reason) {
  return reason == RollbackReason::deadlock ? "deadlock" : "lock_wait_timeout";
}

}  // namespace writepath
