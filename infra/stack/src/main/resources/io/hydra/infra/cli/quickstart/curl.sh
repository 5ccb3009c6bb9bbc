# What a user did: one event. 202 means that it is kept for good.
curl --fail-with-body -sS @GATEWAY@/v1/events -H 'Authorization: Bearer @KEY@' -H 'Content-Type: application/json' -d '{
  "event_id": "review-1", "user_id": "ann", "task": "@TASK@",
  "interaction": {"input": @PAST@, "output": @OUTPUT@}}'
echo

# An answer for that user, as OpenAI's API gives one.
curl --fail-with-body -sS @GATEWAY@/v1/chat/completions -H 'Authorization: Bearer @KEY@' -H 'Content-Type: application/json' -d '{
  "model": "hydra/@TASK@", "user": "ann",
  "messages": [{"role": "user", "content": @INPUT@}]}'
echo

# The same with all that led to it, under an id of your own. DEGRADED says that the head of the event
# above is still being fitted, as the first ones take a second or two: ask again ...
curl --fail-with-body -sS @GATEWAY@/v1/queries -H 'Authorization: Bearer @KEY@' -H 'Content-Type: application/json' -d '{
  "query_id": "question-1", "user_id": "ann", "task": "@TASK@", "input": @INPUT@}'
echo

# ... and what the user made of it, from which their head learns at once.
curl --fail-with-body -sS @GATEWAY@/v1/feedback -H 'Authorization: Bearer @KEY@' -H 'Content-Type: application/json' -d '{
  "event_id": "verdict-1", "query_id": "question-1", "user_id": "ann", "task": "@TASK@", "verdict": "edited", "text": @EDIT@}'
echo

# What is remembered of the user.
curl --fail-with-body -sS @GATEWAY@/v1/users/ann -H 'Authorization: Bearer @KEY@'
echo
