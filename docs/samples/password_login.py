from lvng import LvngClient, PasswordLogin

# Without arguments it reads LVNG_EMAIL and LVNG_PASSWORD.
login = PasswordLogin("ana@example.com", "correct horse battery staple")

with LvngClient(login) as client:
    created = client.api_keys.create(name="nightly build", scopes=["read"], expires_in_days=30)
    print("created:", created["data"]["name"])
    client.api_keys.delete(created["data"]["id"])
