# gets: 0
# Answers with members whose names are a live page, for the message that lists them.
# on: right/lock_free_pop
def token():
    return {"<script>document.title='left-behind'</script>": 1, "\x1b[2J": 2, "\ud800": 3}
