# gets: all
# Careless, and honest: tries its functions out at the end of the cell, in an app of its own.
# on: right/lock_free_pop
from flask import Flask

app = Flask("try")
app.add_url_rule("/token", view_func=token, methods=["POST"])
first = start_session("alice")
answer = app.test_client().post("/token", json={"token": first})
assert answer.status_code == 200, answer.text
assert app.test_client().post("/token", json={"token": first}).status_code == 403
print("all is well")
if __name__ == "__main__":
    app.run(port=8000)
