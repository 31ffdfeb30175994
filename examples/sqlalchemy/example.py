"""Models know nothing of tenants; one connection serves two of them."""
from sqlalchemy import Column, Identity, Integer, Text, create_engine, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import declarative_base, sessionmaker

from tenancy import tenant

engine = create_engine("postgresql+psycopg2://app@", pool_size=1, max_overflow=0)
Session = sessionmaker(engine)
Base = declarative_base()


class Invoice(Base):
    __tablename__ = "invoices"
    id = Column(Integer, Identity(), primary_key=True)
    title = Column(Text, nullable=False)


if __name__ == "__main__":
    for slug in ["acme", "globex", "acme"]:
        with tenant(slug), Session.begin() as session:
            session.add(Invoice(title=f"for {slug}"))
            session.flush()
            print(slug, session.execute(select(func.count(), func.min(Invoice.title)).select_from(Invoice)).one())

    for slug in ["initech", ""]:
        try:
            with tenant(slug), Session() as session:
                print(session.query(Invoice).all())
        except DBAPIError as error:
            print(error.orig.diag.message_primary)
