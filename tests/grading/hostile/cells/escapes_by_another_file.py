# gets: 21
# Gives its functions the name of another file: only lines of the cell are counted.
# on: wrong/select_then_update
for function in (token, end_session, issue, revoke, start_session):
    function.__code__ = function.__code__.replace(co_filename="elsewhere.py")
