from haystack import indexes

from .models import Article


class ArticleIndex(indexes.SearchIndex, indexes.Indexable):
    text = indexes.CharField(document=True, model_attr="body")
    headline = indexes.CharField(model_attr="headline")
    district = indexes.CharField(model_attr="district", faceted=True)
    initiative = indexes.MultiValueField(model_attr="initiatives", faceted=True)
    year = indexes.CharField(model_attr="year", faceted=True)
    named = indexes.CharField(model_attr="city", faceted=True)
    source = indexes.CharField(model_attr="source", faceted=True)

    def get_model(self) -> type[Article]:
        return Article
