#include "models/mysql_binlog/monitor_questions.hpp"

#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/server.hpp"

namespace writepath::mysql {

namespace {
Server& asked(const Cluster* cluster, const ReplyPath& path) {
  return cluster->server(path.answerer);
}
}  // namespace

void WhoIsSource::operator()(const ReplyPath& path) const {
  path.answer(cluster->monitor->source());
}
void AskStatus::operator()(const ReplyPath& path) const {
  path.answer(asked(cluster, path).status());
}
void Greet::operator()(const ReplyPath& path) const {
  const Server& server = asked(cluster, path);
  if (server.source() != nullptr || server.replica() != nullptr) path.answer(true);
}
void LookAtSource::operator()(const ReplyPath& path) const {
  asked(cluster, path).look_at_source();
  path.answer(true);
}
void Promote::operator()(const ReplyPath& path) const { asked(cluster, path).promote(path); }
void TakeOver::operator()(const ReplyPath& path) const { asked(cluster, path).take_over(path); }
void AskApplied::operator()(const ReplyPath& path) const {
  asked(cluster, path).answer_when_applied(path);
}
void ChangeSource::operator()(const ReplyPath& path) const {
  Server& server = asked(cluster, path);
  const LogPlace end = server.end_of_history();
  server.change_source(source);
  path.answer(end);
}
void SetAside::operator()(const ReplyPath& path) const {
  asked(cluster, path).set_aside(end);
  path.answer(true);
}
void RenewLease::operator()(const ReplyPath& path) const {
  path.answer(cluster->monitor->renew_lease(server));
}
void Fence::operator()(const ReplyPath& path) const {
  asked(cluster, path).fence();
  path.answer(true);
}
void StopWrites::operator()(const ReplyPath& path) const { asked(cluster, path).stop_writes(path); }
void AllowWrites::operator()(const ReplyPath& path) const {
  asked(cluster, path).allow_writes();
  path.answer(true);
}
void AwaitPosition::operator()(const ReplyPath& path) const {
  asked(cluster, path).answer_when_applied(path, position);
}
void BeginCopy::operator()(const ReplyPath& path) const {
  const Source* const source = asked(cluster, path).source();
  if (source == nullptr) return;
  cluster->server(joiner).begin_copy_from(source->committed());
  path.answer(source->committed());
}

}  // namespace writepath::mysql
